import { defaultSpaces } from '#core/tune/default-spaces'
import { estimatorParams } from '#core/tune/param-title'
import { type Dimension, dimensionSchema, type ParamValue, type Space } from '#core/tune/space'
import { formatValue } from '#core/words/format'
import { describeParam } from './describe-param.ts'

/** The usual ranges of an estimator; none for a kind that is not known. */
export function usualSpace(estimator: string): Space {
  // Only the kinds are keys.
  return Object.hasOwn(defaultSpaces, estimator) ? defaultSpaces[estimator as keyof typeof defaultSpaces] : []
}

/** Params of an estimator that a space does not vary yet, in the order of their form. */
export function paramsLeft(estimator: string, space: Space): string[] {
  return Object.keys(estimatorParams(estimator)).filter(
    (name) => !space.some(({ path }) => path === `estimator.${name}`) && dimensionFor(estimator, name) !== null,
  )
}

/** A dimension to begin with for a param: its usual range, else all that the param may be; null where that says nothing. */
export function dimensionFor(estimator: string, name: string): Dimension | null {
  const path = `estimator.${name}`
  const usual = usualSpace(estimator).find((dimension) => dimension.path === path)
  if (usual) return usual
  const schema = estimatorParams(estimator)[name]
  if (!schema) return null
  const { shape, initial } = describeParam(name, schema)
  if (shape.kind === 'toggle') return { kind: 'choice', path, values: [false, true] }
  if (shape.kind === 'choice') return { kind: 'choice', path, values: [...shape.values] }
  if (shape.kind !== 'number') return null
  const middle = typeof initial === 'number' ? initial : 1
  const isLog = middle > 0
  // Around the default, and within what the param may be.
  const low = Math.max(shape.min ?? Number.NEGATIVE_INFINITY, isLog ? middle / 10 : middle - 1)
  const high = Math.min(shape.max ?? Number.POSITIVE_INFINITY, isLog ? middle * 10 : middle + 1)
  return shape.isInteger
    ? { kind: 'int', path, low: Math.ceil(low), high: Math.floor(high), log: isLog && Math.ceil(low) > 0 }
    : { kind: 'real', path, low, high, log: isLog && low > 0 }
}

/** Dimensions as far as a stored value has them: a form must open whatever is stored. */
export function readSpace(value: unknown): Space {
  if (!Array.isArray(value)) return []
  return value.flatMap((each) => {
    const { success, data } = dimensionSchema.safeParse(each)
    return success ? [data] : isDimensionLike(each) ? [each] : []
  })
}

/** A range that is upside down is still a range to mend. */
function isDimensionLike(value: unknown): value is Dimension {
  return typeof value === 'object' && value !== null && 'path' in value && 'kind' in value && ('low' in value || 'values' in value)
}

/** "0.01 to 100, logarithmic", "multinomial, complement". */
export function rangeWords(dimension: Dimension): string {
  if (dimension.kind === 'choice') return dimension.values.map(String).join(', ')
  return `${formatValue(dimension.low)} to ${formatValue(dimension.high)}${dimension.log ? ', logarithmic' : ''}`
}

/** Values as they are typed, with commas between: numbers and yes-or-no become what they mean. */
export function readValues(text: string): ParamValue[] {
  const values = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): ParamValue => (part === 'true' ? true : part === 'false' ? false : Number.isFinite(Number(part)) ? Number(part) : part))
  return [...new Set(values)]
}
