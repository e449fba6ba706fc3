import type { z } from 'zod'
import type { ParamMeta } from '#stages/define'

/** What kind of control a param needs, read from its zod type. */
export type ParamShape =
  | { kind: 'number'; isInteger: boolean; min: number | null; max: number | null }
  | { kind: 'text'; maxLength: number | null }
  | { kind: 'toggle' }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'list'; item: ParamShape; itemSchema: z.core.$ZodType }
  | { kind: 'group'; fields: readonly ParamField[] }
  | { kind: 'variants'; on: string; variants: readonly { value: string; fields: readonly ParamField[] }[] }
  | { kind: 'record'; item: ParamShape }
  | { kind: 'other' }

export type ParamField = {
  name: string
  label: string
  meta: ParamMeta
  shape: ParamShape
  isNullable: boolean
  /** What holds while nothing is set. */
  initial: unknown
  schema: z.core.$ZodType
}

type AnyDef = {
  type: string
  innerType?: z.core.$ZodType
  defaultValue?: unknown
  element?: z.core.$ZodType
  shape?: Record<string, z.core.$ZodType>
  entries?: Record<string, string | number>
  values?: readonly unknown[]
  options?: readonly z.core.$ZodType[]
  discriminator?: string
  valueType?: z.core.$ZodType
  in?: z.core.$ZodType
}

/** The params of a stage type, in the order of its spec. */
export function describeParams(params: z.ZodObject): ParamField[] {
  return Object.entries(params.shape).map(([name, schema]) => describeParam(name, schema))
}

/** One param: label, control and default. */
export function describeParam(name: string, schema: z.core.$ZodType): ParamField {
  const { inner, initial, hasInitial, isNullable } = unwrap(schema)
  const shape = shapeOf(inner)
  const meta = metaOf(schema)
  return {
    name,
    label: meta.title ?? inWords(name),
    meta,
    shape,
    isNullable,
    initial: hasInitial ? initial : isNullable ? null : emptyOf(shape),
    schema,
  }
}

/** A value to begin with where a list gets a new item. */
export function emptyOf(shape: ParamShape): unknown {
  switch (shape.kind) {
    case 'number':
      return shape.min ?? 0
    case 'text':
      return ''
    case 'toggle':
      return false
    case 'choice':
      return shape.values[0] ?? ''
    case 'list':
      return []
    case 'record':
      return {}
    case 'group':
      return Object.fromEntries(shape.fields.map((field) => [field.name, field.initial]))
    case 'variants': {
      const [first] = shape.variants
      return first ? { [shape.on]: first.value, ...Object.fromEntries(first.fields.map((field) => [field.name, field.initial])) } : {}
    }
    case 'other':
      return null
  }
}

/** Whether a field is shown, given the values beside it. */
export function isShown(field: ParamField, fields: readonly ParamField[], values: Record<string, unknown>): boolean {
  const { when } = field.meta
  if (!when) return true
  const other = fields.find(({ name }) => name === when.param)
  return when.is.includes(values[when.param] ?? other?.initial)
}

/** A group in one line, as its shown values read: "label set ham, spam fail". */
export function groupWords(fields: readonly ParamField[], values: Record<string, unknown>): string {
  return fields
    .filter((field) => isShown(field, fields, values))
    .map(({ name, initial }) => values[name] ?? initial)
    .map((value) => (Array.isArray(value) ? value.join(', ') : String(value ?? '')))
    .filter((words) => words !== '')
    .join(' ')
}

function unwrap(schema: z.core.$ZodType): { inner: z.core.$ZodType; initial: unknown; hasInitial: boolean; isNullable: boolean } {
  let [inner, initial, hasInitial, isNullable]: [z.core.$ZodType, unknown, boolean, boolean] = [schema, undefined, false, false]
  for (;;) {
    const def = defOf(inner)
    if (def.type === 'default' || def.type === 'prefault') {
      if (!hasInitial) initial = def.defaultValue
      hasInitial = true
    }
    if (def.type === 'nullable' || def.type === 'optional') isNullable ||= def.type === 'nullable'
    const next = def.innerType ?? (def.type === 'pipe' ? def.in : undefined)
    if (!next) return { inner, initial, hasInitial, isNullable }
    inner = next
  }
}

function shapeOf(schema: z.core.$ZodType): ParamShape {
  const def = defOf(schema)
  switch (def.type) {
    case 'number':
    case 'int':
      return numberShape(schema)
    case 'string':
      return { kind: 'text', maxLength: limitsOf(schema).maxLength ?? null }
    case 'boolean':
      return { kind: 'toggle' }
    case 'enum':
      return { kind: 'choice', values: Object.values(def.entries ?? {}).map(String) }
    case 'literal':
      return { kind: 'choice', values: (def.values ?? []).map(String) }
    case 'array':
      return def.element ? { kind: 'list', item: shapeOf(unwrap(def.element).inner), itemSchema: def.element } : { kind: 'other' }
    case 'object':
      return { kind: 'group', fields: Object.entries(def.shape ?? {}).map(([name, field]) => describeParam(name, field)) }
    case 'record':
      return def.valueType ? { kind: 'record', item: shapeOf(unwrap(def.valueType).inner) } : { kind: 'other' }
    case 'union':
      return def.discriminator === undefined ? { kind: 'other' } : variantsShape(def.discriminator, def.options ?? [])
    default:
      return { kind: 'other' }
  }
}

function numberShape(schema: z.core.$ZodType): ParamShape {
  const { minValue, maxValue, isInt } = limitsOf(schema)
  const finite = (n: number | null | undefined) => (n == null || Math.abs(n) >= Number.MAX_SAFE_INTEGER ? null : n)
  return { kind: 'number', isInteger: isInt ?? false, min: finite(minValue), max: finite(maxValue) }
}

function variantsShape(on: string, options: readonly z.core.$ZodType[]): ParamShape {
  return {
    kind: 'variants',
    on,
    variants: options.flatMap((option) => {
      const { [on]: tag, ...rest } = defOf(option).shape ?? {}
      const value = tag && defOf(tag).values?.[0]
      return value === undefined
        ? []
        : [{ value: String(value), fields: Object.entries(rest).map(([name, field]) => describeParam(name, field)) }]
    }),
  }
}

function defOf(schema: z.core.$ZodType): AnyDef {
  // zod keeps the definition of every type here; its union of shapes is too wide to narrow by hand.
  return schema._zod.def as unknown as AnyDef
}

type Limits = { minValue?: number | null; maxValue?: number | null; isInt?: boolean; maxLength?: number | null }

/** The limits that a number or text type tells of itself. */
function limitsOf(schema: z.core.$ZodType): Limits {
  return schema as Limits
}

function metaOf(schema: z.core.$ZodType): ParamMeta {
  const meta = 'meta' in schema && typeof schema.meta === 'function' ? schema.meta() : undefined
  return meta ?? {}
}

function inWords(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
