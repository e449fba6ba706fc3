import type { GraphStage } from '#core/graph/graph'
import type { ShapeOf } from '#core/graph/shapes'
import { type RulesOf, readParams } from '#core/graph/stage-rules'
import type { StageSpec } from '#stages/define'
import { findSpec } from '#stages/specs'

import { describeParams } from './inspector/describe-param.ts'
import { plainIssue } from './inspector/plain-issue.ts'

/** Stage specs as the graph rules see them. */
export const shapeOf: ShapeOf = findSpec
export const rulesOf: RulesOf = findSpec

export const nodeWidth = 220
const nodeHeight = 94
const portGap = 24

/** What a stage is called on the canvas. */
export function stageTitle(stage: Pick<GraphStage, 'title' | 'type'>): string {
  return stage.title ?? findSpec(stage.type)?.title ?? stage.type
}

/** Ports of both sides with their height on the node, so that edges need not wait until a node is drawn. */
export type PortPlace = { port: string; side: 'inputs' | 'outputs'; y: number; label: string; kind: string; optional: boolean }

/** Where the ports of a stage type lie, and how tall its node is. */
export function nodeLayout(type: string): { height: number; ports: readonly PortPlace[] } {
  const known = layouts.get(type)
  if (known) return known
  const spec = findSpec(type)
  const sides = (['inputs', 'outputs'] as const).map((side) => ({ side, ports: Object.entries(spec?.[side] ?? {}) }))
  const most = Math.max(0, ...sides.map(({ ports }) => ports.length))
  const height = Math.max(nodeHeight, (most + 1) * portGap)
  const ports = sides.flatMap(({ side, ports: entries }) =>
    entries.map(([port, { label, kind, optional }], i) => ({
      port,
      side,
      y: Math.round((height * (i + 1)) / (entries.length + 1)),
      label,
      kind,
      optional: optional ?? false,
    })),
  )
  const layout = { height, ports }
  layouts.set(type, layout)
  return layout
}

const layouts = new Map<string, { height: number; ports: readonly PortPlace[] }>()

/** The line of words on a node, from its params; the first thing that is wrong with them when they are not valid. */
export function stageWords(stage: GraphStage): { text: string; wrong: boolean } {
  const known = words.get(stage)
  if (known) return known
  const made = makeWords(stage, findSpec(stage.type))
  words.set(stage, made)
  return made
}

const words = new WeakMap<GraphStage, { text: string; wrong: boolean }>()

function makeWords(stage: GraphStage, spec: StageSpec | undefined): { text: string; wrong: boolean } {
  if (!spec) return { text: `There is no stage type "${stage.type}" here.`, wrong: true }
  const { params, problems } = readParams(spec, stage)
  if (params) return { text: spec.describe(params), wrong: false }
  for (const field of describeParams(spec.params)) {
    const issue = plainIssue(field, stage.params[field.name])
    if (issue) return { text: `${field.label}: ${issue}`, wrong: true }
  }
  const [first] = problems
  return { text: first ? `${first.param}: ${first.message}` : 'Something in the settings is not valid.', wrong: true }
}

/** A new stage of a type, with the version its params are written for. */
export function newStage(type: string, id: string, position: { x: number; y: number }): GraphStage {
  const version = findSpec(type)?.version
  return { id, type, ...(version !== undefined && version > 1 && { version }), params: {}, position }
}
