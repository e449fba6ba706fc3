import { AppError } from '#core/errors/app-error'
import { type AnswerKind, maxModelFileBytes } from '#core/model/model-file-ref'
import type { Signature } from '#core/model/signature'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import { checkOutside } from '#ml/onnx/outside/check-outside'
import { decideAnswer } from '#ml/onnx/outside/decide-answer'
import { type OutsideModel, readOutsideModel } from '#ml/onnx/outside/outside-model'
import { type AnswerPlan, planAnswer } from '#ml/onnx/outside/plan-answer'
import { type InputPlan, planInputs } from '#ml/onnx/outside/plan-inputs'
import { referenceOfClasses, referenceOfNumbers } from '#ml/onnx/outside/reference-of-answers'
import { wrapAgain } from '#ml/onnx/outside/wrap-again'
import { type Answering, wrapModel } from '#ml/onnx/outside/wrap-model'
import { defineRun, type OnnxAnswers, type StageContext } from '../define'
import { run as runEvaluate } from '../evaluate/run'
import { evaluate } from '../evaluate/spec'
import { importReport } from './import-report'
import { readSample, type Sample, signatureInputs } from './read-sample'
import { importOnnx } from './spec'
import { answerRows, compareRuntimes, numbersOf } from './try-model'

export const run = defineRun(importOnnx, async ({ params, inputs: { sample: table }, ctx }) => {
  if (ctx.signal.aborted) throw new AppError('cancelled')
  const { file, target, output } = params
  if (file === null) throw new AppError('bad_params', { detail: 'Choose an .onnx file.', hint: { param: 'file' } })
  const original = await readFile(file, ctx)
  const model = readOutsideModel(original)
  checkOutside(model)
  const inputs = planInputs(
    model,
    params.columns,
    table.columns.map(({ name }) => name),
  )
  const plan = planAnswer(model, output)
  const sample = await readSample(table, inputs, target, ctx)
  const described = { inputs: signatureInputs(inputs, sample.columns), target: target === '' ? params.name.trim() || 'answer' : target }

  const answering = await probe({ model, inputs, plan, sample, signature: described }, params, ctx)
  const signature: Signature = answering.task === 'regression' ? { ...described, task: 'regression' } : described
  ctx.progress(35, 100, 'Answering the sample')
  const bytes = wrapModel({ model, inputs, answer: plan, answering })
  const answers = await answerRows({ bytes, signature, columns: sample.columns, rows: sample.rows }, ctx)
  const parity = await compareRuntimes({ bytes, signature, columns: sample.columns, answers }, sample.rows, ctx)
  const classes = answering.task === 'classification' ? [...answering.classes] : []
  const reference =
    answers.task === 'regression'
      ? referenceOfNumbers({ signature, ...sample }, answers.values)
      : referenceOfClasses({ signature, ...sample }, { ...answers, classes })

  const form = answering.task === 'classification' ? answering.form : ('number' as const)
  const width = answering.task === 'classification' ? answering.width : 1
  const columns = inputs.flatMap((input) => input.columns)
  const settings = { columns, output, answer: { form, width } }
  const wrapped = wrapAgain(original, settings, { signature, classes, prepare: table.plan.prepare, reference })
  const value: ModelValue = {
    kind: 'model',
    artifact: await ctx.artifacts.write(wrapped),
    bytes: wrapped.length,
    classes,
    signature,
    recipe: null,
    origin: {
      kind: 'imported',
      file: file.artifact,
      name: file.name,
      producer: model.producer,
      opset: model.opsets.get('') ?? null,
      ...settings,
    },
    rows: sample.rows,
    terms: columns.length,
    registered: null,
  }
  const report = importReport({ file, bytes: original.length, model, inputs, plan, form, signature, classes, sample, answers, parity })
  for (const note of report.notes) ctx.log('info', note)
  const evaluation = target === '' ? undefined : await evaluateOnSample(value, table, ctx)
  ctx.progress(100, 100)
  ctx.figure({ value: sample.rows, label: 'rows answered alike' })
  return {
    model: value,
    report: await ctx.report('Import', report, reportFigures(report)),
    ...(evaluation && { evaluation }),
  }
})

async function readFile({ artifact, name }: { artifact: string; name: string }, ctx: StageContext): Promise<Uint8Array> {
  const bytes = await ctx.artifacts.read(artifact).catch((cause: unknown) => {
    if (!(cause instanceof AppError) || cause.code !== 'not_found') throw cause
    throw new AppError('not_found', {
      detail: `The file ${name} is not on this machine. Choose it again under Model file; a workflow file from elsewhere names the model, but does not hold it.`,
      hint: { param: 'file' },
      cause,
    })
  })
  if (bytes.length <= maxModelFileBytes) return bytes
  throw new AppError('too_large', {
    detail: `${name} has ${Math.round(bytes.length / 2 ** 20)} MB; at most ${maxModelFileBytes / 2 ** 20} can be imported. Quantise the model, or train a smaller one.`,
    hint: { param: 'file' },
  })
}

type Probing = { model: OutsideModel; inputs: InputPlan[]; plan: AnswerPlan; sample: Sample; signature: Signature }

/** Runs the graph as it is on the sample, and decides from its numbers what the model answers. */
async function probe(
  { model, inputs, plan, sample, signature }: Probing,
  { answer, classes }: { answer: AnswerKind; classes: readonly string[] },
  ctx: StageContext,
): Promise<Exclude<Answering, { task: 'probe' }>> {
  ctx.progress(0, 100, 'Running the model')
  const bytes = wrapModel({ model, inputs, answer: plan, answering: { task: 'probe' } })
  const answers: OnnxAnswers = await answerRows({ bytes, signature, columns: sample.columns, rows: sample.rows }, ctx)
  const scores = numbersOf(answers)
  return decideAnswer({
    plan,
    kind: answer,
    names: classes.map((name) => name.trim()),
    probed: {
      scores,
      width: scores.length / sample.rows,
      labels: plan.label && answers.task === 'classification' ? answers.labels : null,
      rows: sample.rowNumbers,
    },
  })
}

/** What Evaluate says of the model on the whole sample. */
async function evaluateOnSample(model: ModelValue, table: TableValue, ctx: StageContext) {
  const { report } = await runEvaluate({ params: evaluate.params.parse({}), inputs: { model, table }, ctx })
  return report
}
