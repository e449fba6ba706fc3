import type { Graph } from '#core/graph/graph'

const graphOf = ({ stages, edges }: Pick<Graph, 'stages' | 'edges'>): Graph => ({ stages, edges, notes: [], seed: 42 })

/** As long as the name of a stage may be. */
export const odd = 'Messages unlike all others, by the hour they came and how their subjects look'

/** What is learned from mail beside its labels: groups, unusual messages; and whether more mail would help to tell spam. */
export const mailLine = graphOf({
  stages: [
    { id: 'mail', type: 'sample-data', params: { batches: 'newer' } },
    { id: 'some', type: 'sample', params: { rows: 400, stratify: 'label' } },
    { id: 'text', type: 'text-features', params: { columns: ['subject'], words: '1', maxTerms: 300 } },
    { id: 'components', type: 'components', params: { components: 10, centre: false } },
    { id: 'groups', type: 'k-means', params: { clusters: 4, name: 'group' } },
    { id: 'keep', type: 'register', params: { name: 'mail-groups' } },
    { id: 'statistics', type: 'text-statistics', params: { columns: ['subject'] } },
    { id: 'hour', type: 'number-features', params: { columns: ['hour'] } },
    { id: 'odd', type: 'isolation-forest', title: odd, params: { contamination: 0.05 } },
    { id: 'split', type: 'split', params: { label: 'label', test: 0.25 } },
    { id: 'spam', type: 'logistic-regression', params: { target: 'label' } },
    { id: 'curve', type: 'learning-curve', params: { folds: 3 } },
    { id: 'explain', type: 'explain', params: { repeats: 2, examples: 4 } },
  ],
  edges: [
    { from: 'mail.table', to: 'some.table' },
    { from: 'some.table', to: 'text.table' },
    { from: 'text.table', to: 'components.table' },
    { from: 'components.table', to: 'groups.train' },
    { from: 'groups.model', to: 'keep.model' },
    { from: 'groups.report', to: 'keep.report' },
    { from: 'some.table', to: 'statistics.table' },
    { from: 'statistics.table', to: 'hour.table' },
    { from: 'hour.table', to: 'odd.train' },
    { from: 'text.table', to: 'split.table' },
    { from: 'split.train', to: 'spam.train' },
    { from: 'spam.model', to: 'curve.model' },
    { from: 'spam.model', to: 'explain.model' },
    { from: 'split.test', to: 'explain.table' },
  ],
})

/** Asks for a column that is not there, whose name breaks nowhere. */
export const failingLine = graphOf({
  stages: [
    { id: 'mail', type: 'sample-data', params: { batches: 'newer' } },
    { id: 'sql', type: 'sql', params: { sql: `SELECT ${'not_there_'.repeat(7)} FROM a` } },
  ],
  edges: [{ from: 'mail.table', to: 'sql.a' }],
})

/** Recommends the next product to customers, and serves that. */
export const ordersLine = (dataSet: string) =>
  graphOf({
    stages: [
      { id: 'orders', type: 'file', params: { data: { dataSet } } },
      {
        id: 'next',
        type: 'recommend',
        params: { user: 'customer', item: 'product', weight: 'quantity', time: 'ordered_at', l2: 20, k: 5 },
      },
      { id: 'keep', type: 'register', params: { name: 'next-product' } },
      { id: 'serve', type: 'deploy', params: { deployment: 'next-product', reason: 'First try' } },
    ],
    edges: [
      { from: 'orders.table', to: 'next.train' },
      { from: 'next.model', to: 'keep.model' },
      { from: 'next.report', to: 'keep.report' },
      { from: 'keep.model', to: 'serve.model' },
    ],
  })

/** Takes over a model from a file that is still to be chosen. */
export const importLine = (dataSet: string) =>
  graphOf({
    stages: [
      { id: 'rows', type: 'file', params: { data: { dataSet } } },
      { id: 'import', type: 'import-onnx', params: {} },
      { id: 'keep', type: 'register', params: { name: 'from-elsewhere' } },
    ],
    edges: [
      { from: 'rows.table', to: 'import.sample' },
      { from: 'import.model', to: 'keep.model' },
      { from: 'import.evaluation', to: 'keep.report' },
    ],
  })
