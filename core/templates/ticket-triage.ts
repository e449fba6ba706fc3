import type { Graph, GraphStage } from '#core/graph/graph'
import type { Template } from './template'

const at = (x: number, y: number) => ({ x: x * 270, y: y * 150 })

const problem = `What this is for
Each ticket goes to the right queue, with an honest confidence.

What counts as success
Change the gate to what you need before you rely on it: it asks for 70 % accuracy, and for a stated confidence that is off by at most 10 points on average.`

/** Classifies texts of one's own: a file, its text column, its label column. */
export const ticketTriage: Template = {
  name: 'ticket-triage',
  title: 'Ticket triage',
  summary: 'Sorts your own texts into your own classes: give it a CSV, its text column and its label column.',
  fields: [
    {
      name: 'data',
      title: 'File with tickets',
      description: 'One ticket a row: its text, and the class it belongs to.',
      kind: 'data-set',
      example: 'tickets.csv',
    },
    { name: 'text', title: 'Text column', description: 'What the ticket says.', kind: 'column', of: 'data', example: 'body' },
    { name: 'label', title: 'Label column', description: 'The class it belongs to.', kind: 'column', of: 'data', example: 'queue' },
    {
      name: 'test',
      title: 'Separate test file',
      description: 'Same columns. Without one, a fifth of the tickets is held back for the test.',
      kind: 'data-set',
      example: 'test.csv',
      default: '',
    },
    {
      name: 'model',
      title: 'Name of the model',
      description: 'Lower-case letters, digits and hyphens.',
      kind: 'text',
      example: 'ticket-triage',
      default: 'ticket-triage',
    },
  ],
  build: (answers) => (answers.test ? withTestFile(answers) : withSplit(answers)),
}

function withSplit(answers: Record<string, string>): Graph {
  return graph(
    [
      ...common(answers),
      { id: 'split', type: 'split', position: at(3, 0), params: { method: 'stratified', label: answers.label, test: 0.2 } },
    ],
    [
      { from: 'features.table', to: 'split.table' },
      { from: 'split.train', to: 'train.train' },
      { from: 'split.test', to: 'evaluate.table' },
    ],
  )
}

function withTestFile(answers: Record<string, string>): Graph {
  return graph(
    [
      ...common(answers),
      { id: 'test', type: 'file', title: 'Test tickets', position: at(3, 0), params: { data: dataSet(answers.test ?? '') } },
    ],
    [
      { from: 'features.table', to: 'train.train' },
      { from: 'test.table', to: 'evaluate.table' },
    ],
  )
}

function common({ data = '', text = '', label = '', model = '' }: Record<string, string>): GraphStage[] {
  return [
    { id: 'tickets', type: 'file', title: 'Tickets', position: at(0, 0), params: { data: dataSet(data) } },
    {
      id: 'clean',
      type: 'clean-text',
      position: at(1, 0),
      params: { columns: [text], stripHtml: true, collapseSpace: true, limit: true, maxChars: 10_000 },
    },
    {
      id: 'features',
      type: 'text-features',
      position: at(2, 0),
      params: { columns: [text], words: '1-2', chars: '3-5', minRows: 2, maxTerms: 50_000 },
    },
    { id: 'train', type: 'logistic-regression', position: at(1, 1), params: { target: label, c: 10 } },
    { id: 'evaluate', type: 'evaluate', position: at(2, 1), params: { show: text } },
    {
      id: 'gate',
      type: 'gate',
      position: at(3, 1),
      params: {
        checks: [
          { metric: 'accuracy', operator: '>=', limit: 0.7 },
          { metric: 'ECE', operator: '<=', limit: 0.1 },
        ],
      },
    },
    { id: 'register', type: 'register', position: at(1, 2), params: { name: model, alias: 'champion' } },
    { id: 'deploy', type: 'deploy', position: at(2, 2), params: { deployment: model } },
  ]
}

function graph(stages: GraphStage[], edges: Graph['edges']): Graph {
  return {
    stages,
    edges: [
      { from: 'tickets.table', to: 'clean.table' },
      { from: 'clean.table', to: 'features.table' },
      ...edges,
      { from: 'train.model', to: 'evaluate.model' },
      { from: 'evaluate.report', to: 'gate.report' },
      { from: 'train.model', to: 'gate.model' },
      { from: 'gate.model', to: 'register.model' },
      { from: 'evaluate.report', to: 'register.report' },
      { from: 'register.model', to: 'deploy.model' },
    ],
    notes: [{ id: 'problem', text: problem, position: at(0, 1), width: 220, height: 210 }],
    seed: 42,
  }
}

/** `id` or `id@version`; null until somebody chooses. */
function dataSet(answer: string): { dataSet: string; version?: number } | null {
  if (answer === '') return null
  const [id = '', version] = answer.split('@')
  return version === undefined ? { dataSet: id } : { dataSet: id, version: Number(version) }
}
