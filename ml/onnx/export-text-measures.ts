import type { TextStatistic } from '#core/ports/plan'
import { characterKinds, kindOfCharacter } from '#ml/features/text-measures'
import type { GraphBuilder } from './graph-builder'

/** What is counted, a column each; every statistic is made of these. */
const counted = ['characters', 'visible', 'capitals', 'digits', 'punctuation', 'exclamations', 'questions'] as const
type Counted = (typeof counted)[number]

/** Counts of a text, [N, 1] floats. */
export type CountTensors = (of: Counted | 'words') => string

/** Adds what is counted in the texts. `text` [N] strings. */
export function exportTextCounts(graph: GraphBuilder, text: string): CountTensors {
  // a space before, so that no tensor is empty and the first word has something before it
  const padded = graph.add('StringConcat', [graph.text(' '), text])
  const characters = graph.add(
    'Tokenizer',
    [padded],
    { mark: 0, mincharnum: 1, pad_value: '\u0001', separators: { strings: [''] } },
    'com.microsoft',
  )
  const kinds = graph.add(
    'LabelEncoder',
    [characters],
    { keys_strings: { strings: [...kindOfCharacter.keys()] }, values_int64s: { ints: [...kindOfCharacter.values()] }, default_int64: 0 },
    'ai.onnx.ml',
  )
  const lookUp = (of: Counted) => graph.add('Gather', [graph.constant([characterKinds.length], countsAs(of)), kinds])
  const sum = (values: string) => graph.add('ReduceSum', [values, graph.ints(1)], { keepdims: 1 })
  const made = new Map<string, string>()
  return (of) => {
    const known = made.get(of) ?? count(of)
    made.set(of, known)
    return known
  }

  function count(of: Counted | 'words'): string {
    if (of === 'characters') return graph.add('Sub', [sum(lookUp(of)), graph.float(1)])
    if (of !== 'words') return sum(lookUp(of))
    const visible = lookUp('visible')
    const before = graph.add('Slice', [visible, graph.ints(0), graph.ints(-1), graph.ints(1)])
    const after = graph.add('Slice', [visible, graph.ints(1), graph.ints(2 ** 31 - 1), graph.ints(1)])
    return sum(graph.add('Mul', [after, graph.add('Sub', [graph.float(1), before])]))
  }
}

/** A statistic of each text, [N, 1]. */
export function exportStatistic(graph: GraphBuilder, counts: CountTensors, statistic: TextStatistic): string {
  const share = (part: string, whole: string) => graph.add('Div', [part, graph.add('Max', [whole, graph.float(1)])])
  switch (statistic) {
    case 'characters':
    case 'words':
    case 'exclamations':
    case 'questions':
      return counts(statistic)
    case 'word-length':
      return share(counts('visible'), counts('words'))
    case 'capitals':
    case 'digits':
    case 'punctuation':
      return share(counts(statistic), counts('visible'))
  }
}

/** How much a character of each kind counts. */
function countsAs(of: Counted): Float32Array {
  return Float32Array.from(characterKinds, (kind) => {
    switch (of) {
      case 'characters':
        return kind === 'none' ? 0 : 1
      case 'visible':
        return kind === 'none' || kind === 'space' ? 0 : 1
      case 'punctuation':
        return kind === 'punctuation' || kind === 'exclamation' || kind === 'question' ? 1 : 0
      default:
        return `${kind}s` === of ? 1 : 0
    }
  })
}
