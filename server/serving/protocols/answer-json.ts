import { AppError } from '#core/errors/app-error'
import type { Task } from '#core/estimators/define'
import { answersNumber, type Signature } from '#core/model/signature'
import type { Served } from '../answer-rows'
import type { Answer, ServedModel } from '../models/served-model'
import type { LiveRelease } from '../release-board'

/**
 * Answers as text, put together by hand: the names of the classes are turned into JSON once a model, and only what
 * differs from answer to answer is written each time. Probabilities have six decimals and values seven digits, which is
 * what 32-bit floats hold.
 */

const keysOf = new WeakMap<ServedModel, string[]>()

/** One record's answer, with what answered it. */
export function singleAnswer({ model, rows: [row] }: Served, release: LiveRelease): string {
  if (!row) throw new AppError('bug')
  return `{${answerFields(row.id, row.answer, row.by ?? model)},${about(row.by ?? model, release)}}`
}

/** The answers to many records, in their order. */
export function manyAnswers({ model, rows }: Served, release: LiveRelease): string {
  const predictions = rows.map(({ id, answer, by }) => `{${answerFields(id, answer, by ?? model)},"version":"v${(by ?? model).version}"}`)
  return `{"predictions":[${predictions.join(',')}],${about(model, release)}}`
}

/** What a deployment reads and answers, for `GET /v1/{deployment}`. */
export function describeRelease(release: LiveRelease): {
  deployment: string
  model: string
  release: number
  routes: { version: string; weight: number }[]
  task: Task
  inputs: Signature['inputs']
  /** Empty when the task is regression. */
  classes: readonly string[]
} {
  const [champion] = release.models
  return {
    deployment: release.deployment,
    model: champion?.model ?? '',
    release: release.number,
    routes: release.models.map((model, i) => ({ version: `v${model.version}`, weight: release.weights[i] ?? 0 })),
    task: champion && answersNumber(champion.signature) ? 'regression' : 'classification',
    inputs: champion?.signature.inputs ?? [],
    classes: champion?.classes ?? [],
  }
}

function answerFields(id: string, answer: Answer, model: ServedModel): string {
  if ('value' in answer) {
    const { low, high, share } = answer.interval
    return `"id":"${id}","value":${sevenDigits(answer.value)},"interval":{"low":${sevenDigits(low)},"high":${sevenDigits(high)},"share":${share}}`
  }
  const { label, confidence, probabilities } = answer
  const keys = classKeys(model)
  let shares = ''
  for (let i = 0; i < keys.length; i++) shares += `${i === 0 ? '' : ','}${keys[i]}${rounded(probabilities[i] ?? 0)}`
  return `"id":"${id}","label":${JSON.stringify(label)},"confidence":${rounded(confidence)},"probabilities":{${shares}}`
}

function about(model: ServedModel, release: LiveRelease): string {
  return `"model":${JSON.stringify(model.model)},"version":"v${model.version}","deployment":"${release.deployment}","release":${release.number}`
}

function classKeys(model: ServedModel): string[] {
  const known = keysOf.get(model)
  if (known) return known
  const keys = model.classes.map((name) => `${JSON.stringify(name)}:`)
  keysOf.set(model, keys)
  return keys
}

function sevenDigits(value: number): number {
  return Number(value.toPrecision(7))
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
