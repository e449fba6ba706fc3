import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { portKinds } from '#core/ports/kinds'
import type { StageCase, StageCases } from './cases'
import type { StageRun, StageSpec } from './define'
import { runs } from './runs'
import { specs } from './specs'
import { type TestStageContext, type TestStageOptions, testStageContext } from './testing'

const here = import.meta.dirname
const folders = readdirSync(here, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && existsSync(path.join(here, entry.name, 'spec.ts')),
)
// Each spec has its own type of params; here all are asked the same.
const list = Object.values(specs) as unknown as StageSpec[]

const open: TestStageContext[] = []
afterEach(async () => {
  for (const ctx of open.splice(0)) await ctx.dispose()
})

async function context(options: TestStageOptions = {}): Promise<TestStageContext> {
  const ctx = await testStageContext(options)
  open.push(ctx)
  return ctx
}

/** Runs a case as the engine does: parsed params, made inputs. */
async function execute(spec: StageSpec, one: StageCase<StageSpec>, ctx: TestStageContext, inputs?: Record<string, unknown>) {
  // The suite treats all stages alike; which values fit which stage is checked where the cases are written.
  const run = (runs as unknown as Record<string, StageRun<StageSpec>>)[spec.type]
  if (!run) throw new Error(`no run for ${spec.type}`)
  return run({ params: spec.params.parse(one.params), inputs: (inputs ?? (await one.inputs(ctx))) as never, ctx })
}

it('knows every stage folder, and has a folder for every stage', () => {
  expect(list.map((spec) => spec.type).sort()).toEqual(folders.map((folder) => folder.name).sort())
})

describe.each(list.map((spec) => [spec.type, spec] as const))('%s', (type, spec) => {
  const cases = async (): Promise<StageCases<StageSpec>> => (await import(`./${type}/fixtures/cases.ts`)).cases

  it('has default params that survive JSON, and words for them', () => {
    const params = spec.params.parse({})
    expect(spec.params.parse(JSON.parse(JSON.stringify(params)))).toEqual(params)
    expect(spec.describe(params).trim()).not.toBe('')
    expect(spec.title.trim()).not.toBe('')
    expect(spec.summary).not.toMatch(/\.$/)
  })

  it('has ports of known kinds and a title, help and example for each param', () => {
    for (const port of [...Object.values(spec.inputs), ...Object.values(spec.outputs)]) expect(Object.keys(portKinds)).toContain(port.kind)
    for (const [name, schema] of Object.entries(spec.params.shape)) {
      const meta = 'meta' in schema && typeof schema.meta === 'function' ? schema.meta() : undefined
      expect(meta, name).toMatchObject({ title: expect.any(String), description: expect.any(String), example: expect.any(String) })
    }
  })

  it('answers checks and columns without upstream columns', () => {
    const params = spec.params.parse({})
    expect(Array.isArray(spec.check?.(params, {}) ?? [])).toBe(true)
    expect(() => spec.columns?.(params, {}, {})).not.toThrow()
  })

  it('gives the same outputs for the same seed, of the kinds that it promises, and leaves its inputs alone', async () => {
    const { works } = await cases()
    const first = await context(works.options)
    const inputs = await works.inputs(first)
    const before = structuredClone(inputs)
    const outputs = await execute(spec, works, first, inputs)
    expect(inputs).toEqual(before)
    for (const [name, port] of Object.entries(spec.outputs)) {
      const value = outputs[name as keyof typeof outputs]
      if (value === undefined) expect(port.optional, name).toBe(true)
      else expect(portKinds[port.kind].parse(value)).toEqual(value)
    }
    expect(await execute(spec, works, await context(works.options))).toEqual(outputs)
  })

  it('stops when it is aborted', async () => {
    const { works } = await cases()
    const ctx = await context({ ...works.options, signal: AbortSignal.abort() })
    const inputs = await works.inputs(await context(works.options))
    const outcome = await execute(spec, works, ctx, inputs).then(
      () => 'finished',
      (error: unknown) => error,
    )
    // A stage that only passes values on may be done before it looks.
    if (outcome !== 'finished')
      expect(outcome).toSatisfy((error) => error instanceof AppError || (error instanceof Error && error.name === 'AbortError'))
    else expect(ctx.progressed).toEqual([])
  })

  it('names what is wrong with a wrong input or param', async () => {
    const { wrong } = await cases()
    if (wrong === null) {
      // A stage that only passes values on may take no params that could be wrong without having been chosen.
      expect(spec.check?.(spec.params.parse({}), {}) ?? []).toEqual([])
      return
    }
    const error = await execute(spec, wrong, await context(wrong.options)).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(AppError)
    if (!(error instanceof AppError)) return
    if ('code' in wrong.names) expect(error.code).toBe(wrong.names.code)
    else expect(error.hint).toMatchObject(wrong.names)
    expect(error.message).toMatch(/\.$/)
  })
})
