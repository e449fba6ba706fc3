import type { Signature } from '#core/model/signature'
import type { ImportReport } from '#core/reports/import'
import { textsOf } from '#ml/features/raw-columns'
import type { OutsideModel } from '#ml/onnx/outside/outside-model'
import type { AnswerPlan } from '#ml/onnx/outside/plan-answer'
import { type InputPlan, inputWords } from '#ml/onnx/outside/plan-inputs'
import type { TrainColumn } from '#ml/pipeline/data'
import { pickColumn } from '#ml/pipeline/pick-rows'
import type { OnnxAnswers } from '../define'
import type { Sample } from './read-sample'

const most = { operators: 100, samples: 12, chars: 200, inputs: 8 }

type Imported = {
  file: { name: string }
  bytes: number
  model: OutsideModel
  inputs: readonly InputPlan[]
  plan: AnswerPlan
  form: ImportReport['answer']['form']
  signature: Signature
  classes: string[]
  sample: Sample
  answers: OnnxAnswers
  parity: ImportReport['parity']
}

/** What is told of an import: the file as it was read, how it is fed, and what it answered. */
export function importReport(imported: Imported): ImportReport {
  const { file, bytes, model, inputs, plan, form, signature, classes, sample, answers, parity } = imported
  const called = new Map<string, number>()
  if (answers.task === 'classification') for (const label of answers.labels) called.set(label, (called.get(label) ?? 0) + 1)
  return {
    report: 'import',
    file: file.name,
    bytes,
    producer: model.producer,
    irVersion: model.irVersion,
    opsets: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    operators: model.operators.slice(0, most.operators),
    inputs: inputs.map(({ name, columns }, i) => {
      const value = model.inputs[i]
      return { name, tensor: value ? inputWords(value) : name, columns }
    }),
    answer: {
      output: plan.scores,
      form,
      label: form === 'number' ? null : plan.label ? 'file' : 'most probable',
      target: signature.target,
      classes,
    },
    rows: sample.rows,
    parity,
    predicted: classes.map((name) => ({ name, rows: called.get(name) ?? 0 })),
    samples: samplesOf(imported),
    notes: [...sample.notes, ...notesOn(imported)],
  }
}

function notesOn({ plan, answers, classes, sample }: Imported): string[] {
  const notes: string[] = []
  if (plan.dropped.size > 0) notes.push('The ZipMap at the end of the file was left out: probabilities are answered as they come.')
  if (answers.task === 'classification' && plan.classes?.length !== classes.length && classes.every((name, k) => name === String(k))) {
    notes.push('Neither the file nor the settings name the classes: they are called by their place, 0, 1, …')
  }
  const other = answers.task === 'classification' ? rowsOfOtherLabel(answers, classes) : 0
  if (other > 0)
    notes.push(
      `The label of the file is not the most probable class in ${other} of ${sample.rows} rows; the label of the file is answered.`,
    )
  if (sample.truth) {
    const measured = answers.task === 'regression' ? 'The figures and the prediction interval' : 'The figures'
    notes.push(`${measured} hold for new rows only if the model was not trained on the rows of the sample.`)
  }
  return notes
}

function rowsOfOtherLabel({ labels, probabilities }: Extract<OnnxAnswers, { task: 'classification' }>, classes: readonly string[]): number {
  const places = new Map(classes.map((name, k) => [name, k]))
  return labels.filter((label, row) => {
    const own = probabilities.subarray(row * classes.length, (row + 1) * classes.length)
    return (own[places.get(label) ?? 0] ?? 0) < Math.max(...own)
  }).length
}

function samplesOf({ inputs, sample, answers, classes }: Imported): ImportReport['samples'] {
  const names = inputs.flatMap(({ columns }) => columns).slice(0, most.inputs)
  const count = Math.min(most.samples, sample.rows)
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor((i * sample.rows) / count)
    const label = answers.task === 'classification' ? (answers.labels[row] ?? '') : ''
    return {
      row: sample.rowNumbers[row] ?? 0,
      inputs: names.map((name) => shownValue(sample.columns[name], row)),
      answer: answers.task === 'classification' ? label : String(Number((answers.values[row] ?? 0).toPrecision(7))),
      confidence:
        answers.task === 'classification' ? (answers.probabilities[row * classes.length + Math.max(0, classes.indexOf(label))] ?? 0) : null,
      right: sample.truth ? shownValue(sample.truth, row) : null,
    }
  })
}

function shownValue(column: TrainColumn | undefined, row: number): string {
  if (!column) return ''
  const [text = ''] = textsOf(pickColumn(column, [row]))
  return text.slice(0, most.chars)
}
