import { AppError } from '#core/errors/app-error'
import { elementTypeCodes, type OutsideModel, type OutsideValue } from './outside-model'

/** How one input of an imported graph is put together from columns of a table. */
export type InputPlan = {
  /** As the file names it. */
  name: string
  /** TensorProto.DataType. */
  type: number
  reads: 'text' | 'number'
  /** The columns, side by side, in this order. */
  columns: string[]
  /** [N]: one value a row, without a second dimension. */
  isVector: boolean
  /** Sizes after the first, where there are more than one: [N, 3, 4] is [3, 4]. */
  trailing: number[]
}

const textType = elementTypeCodes.string
const numberTypes: readonly number[] = Object.values(elementTypeCodes).filter((code) => code !== textType)
const wholeTypes: readonly number[] = [2, 3, 4, 5, 6, 7, 9, 12, 13]

/** Whether an input takes whole numbers only (or true and false): a missing number has no place in it. */
export function takesWholeNumbers({ type }: Pick<InputPlan, 'type'>): boolean {
  return wholeTypes.includes(type)
}

/**
 * Deals columns to the inputs of the graph, in order. With no columns named, inputs that take one column each get the one
 * of their own name. Throws AppError when the counts do not agree, naming both, or when an input has a form in which rows
 * of a table cannot be fed.
 */
export function planInputs(model: OutsideModel, chosen: readonly string[], there: readonly string[]): InputPlan[] {
  const widths = model.inputs.map(widthOf)
  if (widths.length === 0) {
    throw new AppError('bad_file', {
      detail: 'The model in the .onnx file has no inputs, so it answers every row alike.',
      hint: { param: 'file' },
    })
  }
  const columns = chosen.length > 0 ? chosen : columnsByName(model, widths, there)
  const twice = columns.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined) {
    throw wrongColumns(`The column "${twice}" is chosen twice. Name each column once, in the order in which the model reads them.`)
  }
  const shares = dealWidths(model, widths, columns.length)
  let at = 0
  return model.inputs.map((input, i) => {
    const width = shares[i] ?? 0
    const own = columns.slice(at, at + width)
    at += width
    return {
      name: input.name,
      type: input.type,
      reads: input.type === textType ? 'text' : 'number',
      columns: own,
      isVector: input.dims?.length === 1,
      trailing: input.dims && input.dims.length > 2 ? input.dims.slice(1).map((size) => size ?? 1) : [],
    }
  })
}

/** An input as people write it: "float_input float [N, 4]". */
export function inputWords({ name, type, dims }: OutsideValue): string {
  return `${name} ${typeWords(type)}${dims ? ` [${dims.map((size, i) => (i === 0 ? 'N' : (size ?? '?'))).join(', ')}]` : ''}`
}

/** The name of a TensorProto.DataType. */
export function typeWords(type: number): string {
  return Object.entries(elementTypeCodes).find(([, code]) => code === type)?.[0] ?? `type ${type}`
}

/** Columns that an input takes, or null when it does not say. */
function widthOf(input: OutsideValue): number | null {
  const { name, type, dims } = input
  if (type !== textType && !numberTypes.includes(type)) {
    throw new AppError('bad_file', {
      detail: `The input "${name}" of the model has the element type ${typeWords(type)}, which cannot be made of the columns of a table. Export it with float inputs.`,
      hint: { param: 'file' },
    })
  }
  if (!dims || dims.length === 0) return null
  if (dims.length === 1) {
    if (dims[0] === null || dims[0] === 1) return 1
    throw new AppError('bad_file', {
      detail: `The input "${name}" of the model takes one row only: its shape is [${dims[0]}], without a dimension for the rows. Export it with a batch dimension, [N, ${dims[0]}].`,
      hint: { param: 'file' },
    })
  }
  const rest = dims.slice(1)
  if (rest.length === 1) return rest[0] ?? null
  if (rest.every((size) => size !== null)) return rest.reduce((product, size) => product * size, 1)
  throw new AppError('bad_file', {
    detail: `The input ${inputWords(input)} of the model has more than one free size (batch and others); from a table only the number of rows may vary. Export it with fixed sizes after the first.`,
    hint: { param: 'file' },
  })
}

/** How many columns each input takes; one input may leave it open. */
function dealWidths(model: OutsideModel, widths: readonly (number | null)[], columns: number): number[] {
  const open = widths.filter((width) => width === null).length
  const fixed = widths.reduce<number>((sum, width) => sum + (width ?? 0), 0)
  const inputs = model.inputs.map(inputWords).join('; ')
  if (open > 1 && !(open === widths.length && columns === open)) {
    throw wrongColumns(
      `Several inputs of the model leave open how many columns they take (${inputs}). Name one column for each, or export the model with fixed sizes.`,
    )
  }
  if (open === 0 && fixed !== columns) {
    throw wrongColumns(
      `The model reads ${fixed === 1 ? '1 column' : `${fixed} columns`} (${inputs}), but ${columns} ${columns === 1 ? 'is' : 'are'} chosen. Choose as many, in the order in which the model was trained on them.`,
    )
  }
  if (open === 1 && columns <= fixed) {
    throw wrongColumns(`The model reads more than ${fixed} columns (${inputs}), but ${columns} are chosen.`)
  }
  return widths.map((width) => width ?? (open > 1 ? 1 : columns - fixed))
}

function columnsByName({ inputs }: OutsideModel, widths: readonly (number | null)[], there: readonly string[]): string[] {
  const names = inputs.map(({ name }) => name)
  if (names.every((name) => there.includes(name)) && widths.every((width) => width === 1 || width === null)) return names
  throw wrongColumns(
    `Choose the columns that the model reads, in the order in which it was trained on them. Its inputs are ${inputs.map(inputWords).join('; ')}.`,
  )
}

const wrongColumns = (detail: string) => new AppError('bad_params', { detail, hint: { param: 'columns' } })
