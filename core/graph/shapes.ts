import type { PortKind } from '#core/ports/kinds'

/** What graph rules need to know of a stage type; the stage specs fit it, and so does a table in a test. */
export type PortShape = { kind: PortKind; label: string; optional?: boolean }
export type StageShape = { title: string; inputs: Record<string, PortShape>; outputs: Record<string, PortShape> }

/** Looks a stage type up; undefined for a type that this version of the product does not have. */
export type ShapeOf = (type: string) => StageShape | undefined
