import { AppError } from '#core/errors/app-error'
import { constantValues, elementTypeCodes, listAttribute, type OutsideModel, type OutsideNode, type OutsideValue } from './outside-model'
import { typeWords } from './plan-inputs'

/** What the file itself says of its outputs. The sample decides what it leaves open. */
export type AnswerPlan = {
  /** The tensor that holds numbers: scores of classes, or the value. As the file names it. */
  scores: string
  /** How many numbers a row it promises; null when it does not say. */
  width: number | null
  /** What the operator that makes them tells. */
  form: 'probabilities' | 'sigmoid' | 'logits' | null
  /** The tensor of labels, if there is one. */
  label: { name: string; type: 'text' | 'number' } | null
  /** Classes in the order of the scores, as the file names them. */
  classes: string[] | null
  /** Nodes that the wrapped graph leaves out: ZipMap, which makes a list of maps of the scores. */
  dropped: ReadonlySet<OutsideNode>
}

const floatTypes: readonly number[] = [elementTypeCodes.float, elementTypeCodes.double, elementTypeCodes.float16]
const labelTypes: readonly number[] = [elementTypeCodes.int64, elementTypeCodes.int32, elementTypeCodes.string]

/**
 * Finds among the outputs the one with numbers and the one with labels; a ZipMap before an output is taken out, and the
 * tensor that it reads is the output. `wanted` names the output with the numbers where there are several; '' finds it.
 * Throws AppError when there is none, or more than one.
 */
export function planAnswer(model: OutsideModel, wanted = ''): AnswerPlan {
  const dropped = new Set<OutsideNode>()
  let classes: string[] | null = null
  const outputs = model.outputs.map((output) => {
    const zip = output.kind === 'tensor' ? undefined : makerOf(model, output.name)
    if (zip?.operator !== 'ZipMap') return output
    dropped.add(zip)
    classes ??= classNames(zip)
    return { name: zip.inputs[0] ?? '', kind: 'tensor', type: elementTypeCodes.float, dims: null, shown: output.name } as const
  })
  const scores = chooseScores(outputs, wanted)
  const labels = outputs.filter((output) => output.kind === 'tensor' && labelTypes.includes(output.type) && output.name !== scores.name)
  const label = labels.length === 1 ? labels[0] : labels.find(({ name }) => /label|class|variable/i.test(name))
  const named: string[] | null = classes ?? (label ? findClasses(model, label.name) : null) ?? findClasses(model, scores.name)
  return {
    scores: scores.name,
    width: scores.dims && scores.dims.length > 1 ? productOf(scores.dims.slice(1)) : scores.dims?.length === 1 ? 1 : null,
    form: formOf(model, scores.name),
    label: label ? { name: label.name, type: label.type === elementTypeCodes.string ? 'text' : 'number' } : null,
    classes: named,
    dropped,
  }
}

type Output = { name: string; kind: OutsideValue['kind']; type: number; dims: readonly (number | null)[] | null; shown?: string }

function chooseScores(outputs: readonly Output[], wanted: string): Output {
  const shownAs = ({ name, shown }: Output) => shown ?? name
  const all = outputs.map((output) => `${shownAs(output)} (${output.kind === 'tensor' ? typeWords(output.type) : output.kind})`).join(', ')
  const usable = outputs.filter(({ kind, type }) => kind === 'tensor' && floatTypes.includes(type))
  if (wanted !== '') {
    const found = usable.find((output) => shownAs(output) === wanted || output.name === wanted)
    if (found) return found
    throw new AppError('bad_params', {
      detail: `The model has no output "${wanted}" with numbers; its outputs are ${all}.`,
      hint: { param: 'output' },
    })
  }
  const [first, second] = usable
  if (first && !second) return first
  if (first) {
    throw new AppError('bad_params', {
      detail: `The model has several outputs with numbers: ${usable.map(shownAs).join(', ')}. Say under Output which one holds the answer.`,
      hint: { param: 'output' },
    })
  }
  const isLabelOnly = outputs.some(({ kind, type }) => kind === 'tensor' && labelTypes.includes(type))
  throw new AppError('bad_file', {
    detail: isLabelOnly
      ? `The model answers only labels (${all}); Stageline needs a probability for each class as well. Export it with its probabilities.`
      : `The model answers with ${all}, which is no tensor of numbers. Export it so that it answers with a tensor, in skl2onnx with options={'zipmap': False}.`,
    hint: { param: 'file' },
  })
}

/** The operator that makes a tensor of the outer graph. */
function makerOf({ nodes }: OutsideModel, name: string): OutsideNode | undefined {
  return nodes.find(({ outputs }) => outputs.includes(name))
}

/** Operators that pass values on, perhaps in another shape or type. */
const passing = ['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']

/** The operator that computes a tensor, past those that only pass it on. */
function originOf(model: OutsideModel, name: string, past: readonly string[] = passing): OutsideNode | undefined {
  let maker = makerOf(model, name)
  for (let steps = 0; maker && past.includes(maker.operator) && steps < 100; steps++) maker = makerOf(model, maker.inputs[0] ?? '')
  return maker
}

function formOf(model: OutsideModel, name: string): AnswerPlan['form'] {
  switch (originOf(model, name)?.operator) {
    case 'Softmax':
      return 'probabilities'
    case 'Sigmoid':
      return 'sigmoid'
    case 'LogSoftmax':
      // softmax takes the logarithm back
      return 'logits'
    default:
      return null
  }
}

/** Where exporters name classes: at the classifier, at a LabelEncoder, or in the constant that a label is picked from. */
function findClasses(model: OutsideModel, name: string): string[] | null {
  const origin = originOf(model, name, [...passing, 'Normalizer', 'Softmax', 'Sigmoid'])
  if (!origin) return null
  const named = classNames(origin)
  if (named) return named
  if (origin.operator !== 'ArrayFeatureExtractor' && origin.operator !== 'Gather') return null
  const constant = model.constants.get(origin.inputs[0] ?? '')
  const values = constant ? constantValues(constant.bytes) : null
  return values && values.length > 0 ? values.map(String) : null
}

function classNames(node: OutsideNode): string[] | null {
  for (const name of ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints']) {
    const found = listAttribute(node, name)
    if (found && found.strings.length > 0) return found.strings
    if (found && found.ints.length > 0) return found.ints.map(String)
  }
  return null
}

function productOf(sizes: readonly (number | null)[]): number | null {
  return sizes.every((size) => size !== null) ? sizes.reduce<number>((product, size) => product * (size ?? 1), 1) : null
}

/** What the file calls its classes: as it names them, or by their place where it does not. */
export function codesOf({ classes }: AnswerPlan, count: number): readonly string[] {
  return classes?.length === count ? classes : Array.from({ length: count }, (_, k) => String(k))
}
