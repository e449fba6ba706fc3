import type { GraphStage } from '#core/graph/graph'
import type { Template } from './template'

const column = 270
const row = 138
const at = (x: number, y: number) => ({ x: x * column, y: y * row })

const problem = `Sort each message of a mailbox into ham and spam as it arrives, and say how sure the answer is
Success: accuracy at least 97 %, spam found (recall) at least 95 %, ham wrongly called spam at most 2 %. The gate lets no model pass that misses one.
The last row asks the harder question: trained on the older mail, how well does it judge the newer? The newer mail is also what "Send test traffic" replays.`

const stages: GraphStage[] = [
  { id: 'mail', type: 'sample-data', title: 'E-mail', params: {}, position: at(0, 0) },
  {
    id: 'contract',
    type: 'data-contract',
    position: at(1, 0),
    params: {
      rules: [
        { rule: 'set', column: 'label', values: ['ham', 'spam'], level: 'fail' },
        { rule: 'missing', column: 'label', maxShare: 0, level: 'fail' },
        { rule: 'rows', min: 1000, level: 'fail' },
        { rule: 'missing', column: 'body', maxShare: 0.05, level: 'warn' },
        { rule: 'missing', column: 'subject', maxShare: 0.05, level: 'warn' },
        { rule: 'range', column: 'hour', min: 0, max: 23, level: 'quarantine' },
      ],
    },
  },
  {
    id: 'anonymise',
    type: 'anonymise',
    position: at(2, 0),
    params: { columns: ['subject', 'body'], pii: ['email', 'phone', 'card', 'iban', 'ip', 'ssn'], mode: 'replace' },
  },
  {
    id: 'clean',
    type: 'clean-text',
    position: at(3, 0),
    params: { columns: ['subject', 'body'], stripHtml: true, collapseSpace: true, limit: true, maxChars: 10_000 },
  },
  {
    id: 'text',
    type: 'text-features',
    position: at(0, 1),
    params: { columns: ['subject', 'body'], words: '1-2', minRows: 2, maxTerms: 50_000 },
  },
  { id: 'sender', type: 'category-features', position: at(1, 1), params: { columns: ['from_domain', 'has_attachment'], minRows: 5 } },
  { id: 'hour', type: 'number-features', position: at(2, 1), params: { columns: ['hour'] } },
  { id: 'split', type: 'split', position: at(3, 1), params: { method: 'stratified', label: 'label', test: 0.2 } },
  { id: 'train', type: 'logistic-regression', position: at(0, 2.5), params: { target: 'label', c: 10 } },
  { id: 'evaluate', type: 'evaluate', position: at(1, 2), params: { show: 'subject' } },
  {
    id: 'gate',
    type: 'gate',
    position: at(2, 2.5),
    params: {
      checks: [
        { metric: 'accuracy', operator: '>=', limit: 0.97 },
        { metric: 'recall[spam]', operator: '>=', limit: 0.95 },
        { metric: 'false positive rate[spam]', operator: '<=', limit: 0.02 },
      ],
    },
  },
  { id: 'cross-validate', type: 'cross-validate', position: at(1, 3), params: { folds: 3 } },
  {
    id: 'register',
    type: 'register',
    position: at(3, 2),
    params: { name: 'email-triage', alias: 'champion', description: 'Trained on the SpamAssassin corpus' },
  },
  { id: 'deploy', type: 'deploy', position: at(3, 3), params: { deployment: 'email-triage', lowConfidence: 0.7 } },
  {
    id: 'newer',
    type: 'filter',
    title: 'Newer e-mail, as it came',
    position: at(2, 4.25),
    params: { conditions: [{ column: 'batch', operator: 'is one of', value: 'easy-ham-2, spam-2' }] },
  },
  {
    id: 'older',
    type: 'filter',
    title: 'Older e-mail',
    position: at(0, 4),
    params: { conditions: [{ column: 'batch', operator: 'is one of', value: 'easy-ham-1, hard-ham-1, spam-1' }] },
  },
  { id: 'train-older', type: 'logistic-regression', title: 'Trained on older', position: at(1, 4), params: { target: 'label', c: 10 } },
  { id: 'evaluate-newer', type: 'evaluate', title: 'Older to newer', position: at(3, 4), params: { show: 'subject' } },
]

/** From real mail to a watched endpoint: the sample that a newcomer runs first. */
export const emailTriage: Template = {
  name: 'email-triage',
  title: 'E-mail triage',
  summary: 'Sorts real e-mail into ham and spam: from 6,046 messages to a deployed, watched model. Needs nothing of yours.',
  fields: [],
  build: () => ({
    stages,
    edges: [
      { from: 'mail.table', to: 'contract.table' },
      { from: 'contract.table', to: 'anonymise.table' },
      { from: 'anonymise.table', to: 'clean.table' },
      { from: 'clean.table', to: 'text.table' },
      { from: 'text.table', to: 'sender.table' },
      { from: 'sender.table', to: 'hour.table' },
      { from: 'hour.table', to: 'split.table' },
      { from: 'split.train', to: 'train.train' },
      { from: 'train.model', to: 'evaluate.model' },
      { from: 'split.test', to: 'evaluate.table' },
      { from: 'train.model', to: 'cross-validate.model' },
      { from: 'evaluate.report', to: 'gate.report' },
      { from: 'train.model', to: 'gate.model' },
      { from: 'gate.model', to: 'register.model' },
      { from: 'evaluate.report', to: 'register.report' },
      { from: 'contract.table', to: 'newer.table' },
      { from: 'newer.table', to: 'register.sample' },
      { from: 'register.model', to: 'deploy.model' },
      { from: 'hour.table', to: 'older.table' },
      { from: 'older.table', to: 'train-older.train' },
      { from: 'train-older.model', to: 'evaluate-newer.model' },
      { from: 'newer.table', to: 'evaluate-newer.table' },
    ],
    notes: [{ id: 'problem', text: problem, position: at(0, -0.74), width: 3 * column + 220, height: 80 }],
    seed: 42,
  }),
}
