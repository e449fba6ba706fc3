import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { searchSettingsSchema } from '#core/tune/settings'
import { bestTrial } from '#core/tune/trial'
import { defineRun, defineStage, defineTrial, type StageRun, type StageSpec, type TrialRun } from '#stages/define'
import type { StageRegistry } from '../stage-process/serve-stages'

/** Stages that only tests know: each behaves, or misbehaves, in one way. */

const signal = { kind: 'signal', label: 'Signal' } as const
const common = { version: 1, category: 'flow', icon: 'flask-conical', summary: 'Only for tests', describe: () => '' } as const

/** A stage that leaves a line in a file each time it works, so that a test can count. */
const mark = defineStage({
  ...common,
  type: 'mark',
  title: 'Mark',
  params: z.object({ text: z.string().default(''), file: z.string().default(''), ms: z.number().default(0) }),
  inputs: { a: { ...signal, optional: true }, b: { ...signal, optional: true } },
  outputs: { out: signal, never: { ...signal, optional: true } },
})
const runMark = defineRun(mark, async ({ params, inputs, ctx }) => {
  if (params.file) appendFileSync(params.file, `${ctx.stage.id}\n`)
  if (params.ms > 0) await sleep(params.ms)
  ctx.log('info', `marks ${params.text}`)
  ctx.progress(1, 2, 'half way')
  ctx.figure({ value: params.text.length, label: 'letters' })
  return { out: { kind: 'signal', message: [inputs.a?.message, inputs.b?.message, params.text].filter(Boolean).join('+') } }
})

const need = defineStage({
  ...common,
  type: 'need',
  title: 'Need',
  params: z.object({}),
  inputs: { a: signal },
  outputs: { out: signal },
})
const runNeed = defineRun(need, async ({ inputs }) => ({ out: inputs.a }))

const refuse = defineStage({ ...common, type: 'refuse', title: 'Refuse', params: z.object({}), inputs: {}, outputs: { out: signal } })
const runRefuse = defineRun(refuse, async () => {
  throw new AppError('bad_input', { detail: 'Refuse does not like row 7.', hint: { row: 7 } })
})

const bug = defineStage({ ...common, type: 'bug', title: 'Bug', params: z.object({}), inputs: {}, outputs: { out: signal } })
const runBug = defineRun(bug, async () => {
  throw new TypeError('undefined is not a function')
})

/** Kills its own process until it was tried `times` times. */
const fragile = defineStage({
  ...common,
  type: 'fragile',
  title: 'Fragile',
  params: z.object({ file: z.string(), times: z.int() }),
  inputs: {},
  outputs: { out: signal },
})
const runFragile = defineRun(fragile, ({ params }) => dieUntil(params))

async function dieUntil({ file, times }: { file: string; times: number }) {
  appendFileSync(file, 'x')
  const tried = readFileSync(file, 'utf8').length
  if (tried <= times) process.kill(process.pid, 'SIGKILL')
  await sleep(20)
  return { out: { kind: 'signal', message: `try ${tried}` } } as const
}

const once = defineStage({
  ...common,
  type: 'once',
  title: 'Once',
  idempotent: false,
  params: fragile.params,
  inputs: {},
  outputs: { out: signal },
})
const runOnce = defineRun(once, ({ params }) => dieUntil(params))

const hog = defineStage({
  ...common,
  type: 'hog',
  title: 'Hog',
  memoryMb: 320,
  params: z.object({ where: z.enum(['heap', 'buffers']) }),
  inputs: {},
  outputs: { out: signal },
})
const runHog = defineRun(hog, async ({ params }) => {
  const kept: unknown[] = []
  for (;;) {
    kept.push(params.where === 'heap' ? Array.from({ length: 100_000 }, (_, i) => ({ i, text: `${i}` })) : Buffer.alloc(8 << 20, 1))
    await sleep(5)
  }
})

/** Computes without ever pausing: only killing it helps. */
const spin = defineStage({
  ...common,
  type: 'spin',
  title: 'Spin',
  timeoutSeconds: 1,
  params: z.object({}),
  inputs: {},
  outputs: { out: signal },
})
const runSpin = defineRun(spin, async () => {
  for (;;);
})

const slow = defineStage({
  ...common,
  type: 'slow',
  title: 'Slow',
  params: z.object({ ms: z.number().default(60_000), file: z.string().default('') }),
  inputs: { a: { ...signal, optional: true } },
  outputs: { out: signal },
})
const runSlow = defineRun(slow, async ({ params, ctx }) => {
  if (params.file) appendFileSync(params.file, `${ctx.stage.id} ${process.pid}\n`)
  await sleep(params.ms)
  return { out: { kind: 'signal', message: 'slow' } }
})

const ask = defineStage({
  ...common,
  type: 'ask',
  title: 'Ask',
  params: z.object({ hours: z.number().default(72), fallback: z.enum(['approve', 'reject']).default('reject') }),
  inputs: { a: signal },
  outputs: { out: signal },
  approval: ({ hours, fallback }) => ({ question: 'Shall it go on?', role: 'lead', hours, fallback }),
})
const runAsk = defineRun(ask, async ({ inputs }) => ({ out: inputs.a }))

const outside = defineStage({
  ...common,
  type: 'outside',
  title: 'Outside',
  volatile: 'always',
  params: mark.params,
  inputs: {},
  outputs: { out: signal },
})
const runOutside = defineRun(outside, async ({ params, ctx }) => {
  if (params.file) appendFileSync(params.file, `${ctx.stage.id}\n`)
  return { out: { kind: 'signal', message: params.text } }
})

/** Writes an artifact, so that a test can take it away. */
const store = defineStage({
  ...common,
  type: 'store',
  title: 'Store',
  params: z.object({ file: z.string().default('') }),
  inputs: {},
  outputs: { report: { kind: 'report', label: 'Report' } },
})
const runStore = defineRun(store, async ({ params, ctx }) => {
  if (params.file) appendFileSync(params.file, `${ctx.stage.id}\n`)
  const checks = [{ metric: 'random', operator: '>=', limit: 0, value: ctx.random(), passes: true } as const]
  return { report: await ctx.report('Numbers', { report: 'gate', passes: true, checks }) }
})

const secretive = defineStage({
  ...common,
  type: 'secretive',
  title: 'Secretive',
  params: z.object({}),
  inputs: {},
  outputs: { out: signal },
})
const runSecretive = defineRun(secretive, async ({ ctx }) => ({ out: { kind: 'signal', message: await ctx.secret('pepper') } }))

/** Searches a line: the score is the place on it. Each fold leaves a mark; one place fails. */
const seek = defineStage({
  ...common,
  type: 'seek',
  title: 'Seek',
  params: z.object({
    file: z.string(),
    ms: z.number().default(0),
    trials: z.int().default(8),
    folds: z.int().default(2),
    parallel: z.int().default(1),
    minutes: z.number().nullable().default(null),
    failBelow: z.number().default(0),
    seed: z.int().default(1),
  }),
  inputs: {},
  outputs: { out: signal },
  search: {
    of: ({ trials, minutes, parallel, seed }) => ({
      space: [{ kind: 'real', path: 'x', low: 0, high: 1, log: false }],
      settings: searchSettingsSchema.parse({ method: 'random', trials, minutes, parallel, seed, stopBadTrials: false }),
    }),
    budget: ['trials', 'minutes', 'file'],
  },
})
const runSeek = defineRun(seek, async ({ ctx }) => {
  const trials = await ctx.call.searchTrials()
  const best = bestTrial(trials, 'maximise')
  if (!best) throw new AppError('bad_input', { detail: `Every trial failed: ${trials[0]?.error}` })
  return { out: { kind: 'signal', message: `best ${best.number} of ${trials.length}` } }
})
const trySeek = defineTrial(seek, async ({ params, ctx, trial }) => {
  const x = Number(trial.params.x)
  if (x < params.failBelow) throw new AppError('bad_input', { detail: `x is below ${params.failBelow}.` })
  for (let fold = 0; fold < params.folds; fold++) {
    if (trial.scores[fold] === undefined) {
      await sleep(params.ms)
      appendFileSync(params.file, `${x} ${fold}\n`)
    }
    await ctx.call.trialScore({ fold, folds: params.folds, score: x })
  }
})

const list: [StageSpec, unknown][] = [
  [mark, runMark],
  [need, runNeed],
  [refuse, runRefuse],
  [bug, runBug],
  [fragile, runFragile],
  [once, runOnce],
  [hog, runHog],
  [spin, runSpin],
  [slow, runSlow],
  [ask, runAsk],
  [outside, runOutside],
  [store, runStore],
  [secretive, runSecretive],
  [seek, runSeek],
]
const specs = new Map(list.map(([spec]) => [spec.type, spec]))
const runs = new Map(list.map(([spec, run]) => [spec.type, run]))

export const testStages: StageRegistry = {
  findSpec: (type) => specs.get(type),
  // Each run stands beside its own spec in the list above.
  findRun: (type) => runs.get(type) as StageRun<StageSpec> | undefined,
  // The same.
  findTrial: (type) => (type === seek.type ? (trySeek as unknown as TrialRun<StageSpec>) : undefined),
}
