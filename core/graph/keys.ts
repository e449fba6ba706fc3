import type { PortValue } from '#core/ports/kinds'
import { canonicalJson } from './canonical'

export type StageKeyParts = {
  type: string
  version: number
  /** Complete: migrated and with defaults. */
  params: Record<string, unknown>
  /** Input port -> value. A value names its artifacts by hash and carries its plan, so equal values mean equal work. */
  inputs: Record<string, PortValue>
  /** What the params point at outside the graph, by param: the hash of the data set version that is meant. */
  resources: Record<string, string>
  seed: number
}

/** What a stage key is the sha256 of: two stage runs with the same text do the same work and give the same bytes. */
export function stageKeyText(parts: StageKeyParts): string {
  return canonicalJson({ format: 'stage-key/1', ...parts })
}

/** The same of a study: searches with the same text try the same settings and score them alike. `params` are those without the budget. */
export function studyKeyText(parts: Omit<StageKeyParts, 'resources'>): string {
  return canonicalJson({ format: 'study-key/1', ...parts })
}
