import type { ImportReport } from '#core/reports/import'
import { formatBytes, formatValue } from '#core/words/format'

export type PreparedImport = {
  facts: { name: string; value: string }[]
  operators: { name: string; count: number }[]
  /** The columns of the sample that are shown, with a cell a row. */
  columns: { name: string; isNumber: boolean; cells: string[] }[]
}

/** What an import report says of its file, each fact once, and the operators under their whole names; numbers of the sample in short. */
export function prepareImport(report: ImportReport): PreparedImport {
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
    columns: columnsOf(report),
  }
}

function columnsOf({ inputs, samples }: ImportReport): PreparedImport['columns'] {
  const names = inputs.flatMap(({ columns }) => columns).slice(0, samples[0]?.inputs.length ?? 0)
  return names.map((name, i) => {
    const cells = samples.map((sample) => sample.inputs[i] ?? '')
    const isNumber = cells.every((cell) => cell.trim() === '' || Number.isFinite(Number(cell)))
    return { name, isNumber, cells: cells.map((cell) => (isNumber && cell.trim() !== '' ? formatValue(Number(cell)) : cell)) }
  })
}
