import type { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { parseParams } from '#core/graph/stage-rules'
import { type PortValue, portKinds } from '#core/ports/kinds'
import type { Outputs } from '#core/runs/views'
import type { TrialTask } from '#core/tune/search'
import type { Ports, StageContext, StageRun, StageSpec, TrialRun } from '#stages/define'

type Raw = { id: string; title: string; params: Record<string, unknown>; version: number; inputs: Record<string, unknown> }

/**
 * Runs one stage with everything checked at the border: params and inputs on the way in, outputs on the way out.
 * Stages themselves may therefore trust their types and never validate.
 */
export async function runStage(spec: StageSpec, run: StageRun<StageSpec>, raw: Raw, ctx: StageContext): Promise<Outputs> {
  const { params, inputs } = parseGiven(spec, raw)
  // The ports were parsed by the very spec that types the run; TypeScript cannot follow that through the generic.
  const outputs = await run({ params, inputs: inputs as never, ctx })
  return parsePorts(spec.outputs, outputs, (port, _, cause) => new Error(`${spec.type} gave a wrong value at output ${port}`, { cause }))
}

/** The same for one trial of a stage that searches; it has no outputs. */
export async function runTrial(spec: StageSpec, run: TrialRun<StageSpec>, raw: Raw, trial: TrialTask, ctx: StageContext): Promise<void> {
  const { params, inputs } = parseGiven(spec, raw)
  // As above.
  await run({ params, inputs: inputs as never, ctx, trial })
}

function parseGiven(spec: StageSpec, raw: Raw): { params: Record<string, unknown>; inputs: Outputs } {
  const params = parseParams(spec, raw)
  const inputs = parsePorts(spec.inputs, raw.inputs, (port, label) => {
    return new AppError('bad_input', {
      detail: `${raw.title}: the input "${label}" got nothing, or something of another kind.`,
      hint: { port },
    })
  })
  return { params, inputs }
}

function parsePorts(ports: Ports, values: Record<string, unknown>, wrong: (port: string, label: string, cause: unknown) => Error): Outputs {
  const parsed: Outputs = {}
  for (const [port, { kind, label, optional }] of Object.entries(ports)) {
    if (optional && values[port] === undefined) continue
    const schema: z.ZodType<PortValue> = portKinds[kind]
    const result = schema.safeParse(values[port])
    if (!result.success) throw wrong(port, label, result.error)
    parsed[port] = result.data
  }
  return parsed
}
