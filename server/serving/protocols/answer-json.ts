import { AppError } from '#core/errors/app-error'
import type { Task } from '#core/estimators/define'
import { answersNumber, type Signature } from '#core/model/signature'
import type { Served, ServedRow } from '../answer-rows'
import type { ServedModel } from '../models/served-model'
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
  return `{${answerFields(row, model)},${answeredBy(row, model)},${about(row.by ?? model, release)}}`
}

/** The answers to many records, in their order. */
export function manyAnswers({ model, rows }: Served, release: LiveRelease): string {
  return `{"predictions":${predictionsJson({ model, rows })},"version":"v${model.version}",${about(model, release)}}`
}

/** The answers alone, as a JSON array. */
export function predictionsJson({ model, rows }: Served): string {
  return `[${rows.map((row) => `{${answerFields(row, model)},${answeredBy(row, model)}}`).join(',')}]`
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

function answerFields({ id, answer, by }: ServedRow, model: ServedModel): string {
  if ('value' in answer) {
    if (answer.interval === null) return `"id":"${id}","value":${answer.value},"interval":null`
    const { low, high, share } = answer.interval
    return `"id":"${id}","value":${sevenDigits(answer.value)},"interval":{"low":${sevenDigits(low)},"high":${sevenDigits(high)},"share":${share}}`
  }
  const { label, confidence, probabilities } = answer
  // The stated answer of a release: nothing computed it.
  if (confidence === null || probabilities === null)
    return `"id":"${id}","label":${JSON.stringify(label)},"confidence":null,"probabilities":null`
  const keys = classKeys(by ?? model)
  let shares = ''
  for (let i = 0; i < keys.length; i++) shares += keys[i] + sixDecimals(probabilities[i] ?? 0)
  return `"id":"${id}","label":${JSON.stringify(label)},"confidence":${sixDecimals(confidence)},"probabilities":{${shares}}`
}

/** Which version answered (null for the stated answer of the release), why another than the asked one did, and which was asked. */
function answeredBy({ by, fallback }: ServedRow, asked: ServedModel): string {
  if (fallback === null) return `"version":"v${(by ?? asked).version}","fallback":null`
  return `"version":${by ? `"v${by.version}"` : 'null'},"fallback":"${fallback}","asked":"v${asked.version}"`
}

function about({ model }: ServedModel, release: LiveRelease): string {
  return `"model":${JSON.stringify(model)},"deployment":"${release.deployment}","release":${release.number}`
}

function classKeys(model: ServedModel): string[] {
  const known = keysOf.get(model)
  if (known) return known
  const keys = model.classes.map((name, i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`)
  keysOf.set(model, keys)
  return keys
}

/** What a 32-bit float holds. */
export function sevenDigits(value: number): number {
  return Number(value.toPrecision(7))
}

const thousands = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'))

/** A share of 1 as JSON. Put together from thousands: turning the doubles of dozens of classes into texts took longer than all else. */
export function sixDecimals(share: number): string {
  const millionths = Math.round(share * 1e6)
  if (!(millionths > 0)) return '0'
  return millionths >= 1e6 ? '1' : `0.${thousands[Math.floor(millionths / 1_000)]}${thousands[millionths % 1_000]}`
}

/** Six decimals: what a probability of a 32-bit model holds. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
