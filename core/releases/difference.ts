import { describeOrigin } from '#core/model/describe-origin'
import { answersNumber, type Signature } from '#core/model/signature'
import type { Figure, Origin, Recipe } from '#core/ports/kinds'
import { isInTargetUnit } from '#core/reports/figures'

/** What the deploy sheet compares of a model version. */
export type VersionFacts = {
  number: number
  signature: Signature
  classes: readonly string[]
  metrics: readonly Figure[]
  /** Null of a model that was imported; then it has an origin. */
  recipe: Recipe | null
  origin?: Origin | null
  dataSets: readonly { name: string; version: number; artifact: string }[]
  trainedRows: number
}

/** One line of the difference; `live` or `candidate` is null when that side has none. */
export type FactChange = { name: string; live: string | null; candidate: string | null }
export type MetricChange = {
  name: string
  live: number | null
  candidate: number | null
  unit: string | null
  /** Whether the candidate is better, worse, or neither can be said. */
  verdict: 'better' | 'worse' | 'same' | null
}
export type ReleaseCheck = { passes: boolean; sentence: string }

export type ReleaseDifference = {
  metrics: MetricChange[]
  params: FactChange[]
  data: FactChange[]
  signature: FactChange[]
  checks: ReleaseCheck[]
  /** Callers may send the same record to both versions and read the same answer, so that traffic can be split between them. */
  canSplit: boolean
}

/** What is live against the candidate: metrics, settings, data, fields, and the checks before a release. `live` is null on a first release. */
export function releaseDifference(live: VersionFacts | null, candidate: VersionFacts): ReleaseDifference {
  const signature = live ? signatureChanges(live.signature, candidate.signature) : []
  const metrics = metricChanges(live?.metrics ?? [], candidate.metrics)
  return {
    metrics,
    params: live ? factChanges(paramsOf(live), paramsOf(candidate)) : [],
    data: factChanges(live ? dataOf(live) : {}, dataOf(candidate)),
    signature,
    checks: releaseChecks(live, candidate, metrics, signature),
    canSplit: signature.length === 0 && (live === null || isSameTask(live, candidate)),
  }
}

function releaseChecks(
  live: VersionFacts | null,
  candidate: VersionFacts,
  metrics: readonly MetricChange[],
  signature: readonly FactChange[],
): ReleaseCheck[] {
  const checks: ReleaseCheck[] = [
    candidate.metrics.length > 0
      ? { passes: true, sentence: `v${candidate.number} was evaluated before it was registered.` }
      : { passes: false, sentence: `v${candidate.number} was registered without an evaluation report, so nothing says how good it is.` },
  ]
  if (!live) return checks
  const fields = signature.map((change) => change.name).join(', ')
  checks.push(
    signature.length === 0
      ? { passes: true, sentence: 'Both versions read the same fields, so callers need not change.' }
      : {
          passes: false,
          sentence: `v${candidate.number} reads other fields than v${live.number} (${fields}), so callers must change with it.`,
        },
  )
  if (!isSameTask(live, candidate)) {
    checks.push({
      passes: false,
      sentence: `v${candidate.number} answers ${answerOf(candidate)} where v${live.number} answers ${answerOf(live)}, so callers must change with it.`,
    })
    return checks
  }
  const gone = live.classes.filter((name) => !candidate.classes.includes(name))
  if (gone.length > 0) {
    checks.push({
      passes: false,
      sentence: `v${candidate.number} no longer answers ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ' …' : ''}.`,
    })
  }
  const worse = metrics.filter((metric) => metric.verdict === 'worse').map((metric) => metric.name)
  const compared = metrics.filter((metric) => metric.verdict !== null).length
  if (compared > 0) {
    checks.push(
      worse.length === 0
        ? {
            passes: true,
            sentence: `${compared === 1 ? 'The metric that both have is not' : `None of the ${compared} metrics that both have is`} worse than on v${live.number}'s report.`,
          }
        : {
            passes: false,
            sentence: `${worse.slice(0, 4).join(', ')}${worse.length > 4 ? ` and ${worse.length - 4} more` : ''} ${worse.length === 1 ? 'is' : 'are'} worse than on v${live.number}'s report.`,
          },
    )
  }
  return checks
}

const isSameTask = (live: VersionFacts, candidate: VersionFacts) => answersNumber(live.signature) === answersNumber(candidate.signature)
const answerOf = ({ signature }: VersionFacts) => (answersNumber(signature) ? 'a number' : 'a class')

function signatureChanges(live: Signature, candidate: Signature): FactChange[] {
  const typesOf = (signature: Signature) => Object.fromEntries(signature.inputs.map((input) => [input.name, input.type]))
  return factChanges(typesOf(live), typesOf(candidate))
}

function metricChanges(live: readonly Figure[], candidate: readonly Figure[]): MetricChange[] {
  const before = new Map(live.map((figure) => [figure.name, figure]))
  const after = new Map(candidate.map((figure) => [figure.name, figure]))
  return [...new Set([...after.keys(), ...before.keys()])].map((name) => {
    const old = before.get(name)
    const now = after.get(name)
    const figure = now ?? old
    return {
      name,
      live: old?.value ?? null,
      candidate: now?.value ?? null,
      unit: figure?.unit ?? null,
      verdict: verdictOn(old?.value, now?.value, figure),
    }
  })
}

/** Differences below a ten-thousandth (of an error in the target's unit: of itself) are rounding, not quality. */
function verdictOn(live: number | undefined, candidate: number | undefined, figure: Figure | undefined): MetricChange['verdict'] {
  if (live === undefined || candidate === undefined || figure?.better === undefined) return null
  const scale = isInTargetUnit(figure.name) ? Math.max(Math.abs(live), Math.abs(candidate)) : 1
  if (candidate === live || Math.abs(candidate - live) < 1e-4 * scale) return 'same'
  return candidate > live === (figure.better === 'higher') ? 'better' : 'worse'
}

function dataOf({ dataSets, recipe, origin, trainedRows }: VersionFacts): Record<string, string> {
  const sets = Object.fromEntries(dataSets.map((set) => [set.name, `version ${set.version}`]))
  if (!recipe)
    return { ...sets, ...(origin && { 'model file': origin.file.slice(0, 12) }), 'sample rows': trainedRows.toLocaleString('en') }
  return {
    ...sets,
    'training table': recipe.table.slice(0, 12),
    'training rows': trainedRows.toLocaleString('en'),
  }
}

/** The recipe as dotted names: `estimator.c`, `features 1 text.words.max`. */
function paramsOf({ recipe, origin }: VersionFacts): Record<string, string> {
  if (!recipe) return Object.fromEntries((origin ? describeOrigin(origin) : []).map(({ name, value }) => [name, value]))
  const flat: Record<string, string> = {}
  flatten('estimator', recipe.estimator, flat)
  flatten('target', recipe.target, flat)
  flatten('seed', recipe.seed, flat)
  flatten('calibration', recipe.calibration, flat)
  if (recipe.threshold) flatten('threshold', recipe.threshold, flat)
  for (const part of ['prepare', 'features'] as const) {
    for (const [i, step] of recipe.plan[part].entries()) flatten(`${part} ${i + 1} ${step.kind}`, step, flat)
  }
  return flat
}

function flatten(name: string, value: unknown, into: Record<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    into[name] = Array.isArray(value) ? value.join(', ') : String(value)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'kind' || name === 'estimator') flatten(`${name}.${key}`, inner, into)
  }
}

function factChanges(live: Record<string, string>, candidate: Record<string, string>): FactChange[] {
  const read = (facts: Record<string, string>, name: string) => (Object.hasOwn(facts, name) ? (facts[name] ?? null) : null)
  return [...new Set([...Object.keys(live), ...Object.keys(candidate)])]
    .map((name) => ({ name, live: read(live, name), candidate: read(candidate, name) }))
    .filter((change) => change.live !== change.candidate)
}
