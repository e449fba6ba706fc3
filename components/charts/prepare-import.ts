import type { ImportReport } from '#core/reports/import'
import { formatBytes } from '#core/words/format'

/** What an import report says of its file, each fact once, and the operators under their whole names. */
export function prepareImport(report: ImportReport): {
  facts: { name: string; value: string }[]
  operators: { name: string; count: number }[]
} {
  const { answer } = report
  const form = {
    probabilities: 'probabilities as the file gives them',
    logits: 'probabilities, by a softmax or sigmoid of its scores',
    number: 'a number',
  }[answer.form]
  const formats = report.opsets.map(({ domain, version }) => `${domain === '' ? 'opset' : domain} ${version}`)
  return {
    facts: [
      { name: 'written by', value: report.producer === '' ? 'not said' : report.producer },
      { name: 'size', value: formatBytes(report.bytes) },
      { name: 'formats', value: [`format ${report.irVersion}`, ...formats].join(', ') },
      { name: 'answers', value: `${form}, from its output ${answer.output}` },
      ...(answer.label === null
        ? []
        : [{ name: 'label', value: answer.label === 'file' ? 'as the file gives it' : 'the most probable class' }]),
    ],
    operators: report.operators.map(({ domain, name, count }) => ({ name: domain === '' ? name : `${domain}.${name}`, count })),
  }
}
