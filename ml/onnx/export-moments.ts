import { cycleTable, daysBefore1970, type MomentPart, offsets, secondsPerDay } from '#ml/features/moments'
import type { GraphBuilder } from './graph-builder'

/**
 * ISO 8601 texts to moments inside a graph, as ml/features/moments.ts: characters become digits by a table, digits whole numbers,
 * and the calendar is integer arithmetic. The offset is cut from the end by a Tokenizer that always finds one piece a row.
 */

/** Stands at the end of each text, so that every row has an end to find. */
const sentinel = '\u0001'
const offsetExpression = `[+-][0-9]{2}:?[0-9]{2}\\x{1}$|\\x{1}$`
/** Codes of characters beside the digits 0 to 9. */
const codes = { dash: 10, colon: 11, space: 12, other: 13 }
/** `YYYY-MM-DDTHH:MM:SS` */
const width = 19
const noOffset = 1_000_000

/** A moment of each row, all [N] whole numbers but `isMissing`; of no meaning where it is missing. */
export type MomentTensors = { seconds: string; isMissing: string }

/** Seconds since 1 March of the year 0. `text` [N] strings. */
export function exportMoments(graph: GraphBuilder, text: string): MomentTensors {
  const { add, sub, mul, div, mod } = wholeNumbers(graph)
  const at = readDigits(graph, text)
  const areDigits = (...places: number[]) =>
    all(
      graph,
      places.map((place) => graph.add('Less', [at(place), graph.int(10)])),
    )
  const is = (place: number, code: number) => graph.add('Equal', [at(place), graph.int(code)])
  const number = (...places: number[]) => places.map(at).reduce((sum, digit) => add(mul(sum, 10), digit))
  const between = (value: string, low: number, high: number) => [
    graph.add('GreaterOrEqual', [value, graph.int(low)]),
    graph.add('LessOrEqual', [value, graph.int(high)]),
  ]
  const zeroUnless = (condition: string, value: string) => graph.add('Where', [condition, value, graph.int(0)])

  const [year, month, day] = [number(0, 1, 2, 3), number(5, 6), number(8, 9)]
  const isDate = all(graph, [
    areDigits(0, 1, 2, 3, 5, 6, 8, 9),
    is(4, codes.dash),
    is(7, codes.dash),
    graph.add('GreaterOrEqual', [year, graph.int(1)]),
    ...between(month, 1, 12),
    ...between(day, 1, 31),
  ])
  const hasTime = all(graph, [is(10, codes.space), areDigits(11, 12, 14, 15), is(13, codes.colon)])
  const hasSeconds = all(graph, [hasTime, is(16, codes.colon), areDigits(17, 18)])
  const offset = zeroUnless(hasTime, readOffset(graph, text))
  const clock = [
    mul(zeroUnless(hasTime, number(11, 12)), 3600),
    mul(zeroUnless(hasTime, number(14, 15)), 60),
    zeroUnless(hasSeconds, number(17, 18)),
  ].reduce(add)

  const early = graph.add('Cast', [graph.add('LessOrEqual', [month, graph.int(2)])], { to: 7 })
  const turned = sub(year, early)
  const era = div(turned, 400)
  const yearOfEra = sub(turned, mul(era, 400))
  const leaps = sub(div(yearOfEra, 4), div(yearOfEra, 100))
  const dayOfYear = add(div(add(mul(mod(add(month, 9), 12), 153), 2), 5), sub(day, 1))
  const days = [mul(era, 146_097), mul(yearOfEra, 365), leaps, dayOfYear].reduce(add)
  const seconds = sub(add(mul(days, secondsPerDay), clock), mul(offset, 60))
  const isKnown = all(graph, [isDate, graph.add('Less', [offset, graph.int(noOffset)])])
  return { seconds, isMissing: graph.add('Not', [isKnown]) }
}

/** One number of each moment, [N, 1]; NaN for missing. */
export function exportMomentPart(graph: GraphBuilder, { seconds, isMissing }: MomentTensors, part: MomentPart): string {
  const value = part === 'days' ? daysSince1970(graph, seconds) : calendarPart(graph, seconds, part)
  return graph.add('Reshape', [graph.add('Where', [isMissing, graph.float(Number.NaN), value]), graph.ints(-1, 1)])
}

function daysSince1970(graph: GraphBuilder, seconds: string): string {
  const double = (value: number) => graph.constant([], Float64Array.of(value))
  const days = graph.add('Div', [graph.add('Cast', [seconds], { to: 11 }), double(secondsPerDay)])
  return graph.add('Cast', [graph.add('Sub', [days, double(daysBefore1970)])], { to: 1 })
}

function calendarPart(graph: GraphBuilder, seconds: string, part: MomentPart): string {
  const { add, sub, mul, div, mod } = wholeNumbers(graph)
  const [plain, turn] = part.split('-')
  const days = div(seconds, secondsPerDay)
  const read = () => {
    if (plain === 'hour') return div(sub(seconds, mul(days, secondsPerDay)), 3600)
    if (plain === 'weekday') return add(mod(add(days, 2), 7), 1)
    const era = div(days, 146_097)
    const dayOfEra = sub(days, mul(era, 146_097))
    const leaps = add(sub(div(dayOfEra, 1460), div(dayOfEra, 36_524)), div(dayOfEra, 146_096))
    const yearOfEra = div(sub(dayOfEra, leaps), 365)
    const dayOfYear = sub(dayOfEra, sub(add(mul(yearOfEra, 365), div(yearOfEra, 4)), div(yearOfEra, 100)))
    const turned = div(add(mul(dayOfYear, 5), 2), 153)
    if (plain === 'day') return add(sub(dayOfYear, div(add(mul(turned, 153), 2), 5)), 1)
    const month = add(mod(add(turned, 2), 12), 1)
    if (plain === 'month') return month
    const isEarly = graph.add('Cast', [graph.add('LessOrEqual', [month, graph.int(2)])], { to: 7 })
    return add(add(yearOfEra, mul(era, 400)), isEarly)
  }
  const value = read()
  if (turn === undefined) return graph.add('Cast', [value], { to: 1 })
  const table = cycleTable(part)
  // of a row without a date anything may come out, but an index must lie in the table
  const index = graph.add('Min', [graph.add('Max', [value, graph.int(0)]), graph.int(table.length - 1)])
  return graph.add('Gather', [graph.constant([table.length], table), index])
}

/** Place -> code of the character there, [N]. */
function readDigits(graph: GraphBuilder, text: string): (place: number) => string {
  const padded = graph.add('StringConcat', [text, graph.text(sentinel.repeat(width))])
  const characters = graph.add(
    'Tokenizer',
    [padded],
    { mark: 0, mincharnum: 1, pad_value: sentinel, separators: { strings: [''] } },
    'com.microsoft',
  )
  const table: [string, number][] = [...'0123456789'].map((digit, code) => [digit, code])
  table.push(['-', codes.dash], [':', codes.colon], ['T', codes.space], ['t', codes.space], [' ', codes.space])
  const coded = graph.add(
    'LabelEncoder',
    [graph.add('Slice', [characters, graph.ints(0), graph.ints(width), graph.ints(1)])],
    {
      keys_strings: { strings: table.map(([key]) => key) },
      values_int64s: { ints: table.map(([, code]) => code) },
      default_int64: codes.other,
    },
    'ai.onnx.ml',
  )
  const made = new Map<number, string>()
  return (place) => {
    const known = made.get(place) ?? graph.add('Gather', [coded, graph.int(place)], { axis: 1 })
    made.set(place, known)
    return known
  }
}

/** Minutes east of UTC, [N]; 0 without an offset, `noOffset` for one that is not read. */
function readOffset(graph: GraphBuilder, text: string): string {
  const ended = graph.add('StringConcat', [text, graph.text(sentinel)])
  const piece = graph.add(
    'Tokenizer',
    [ended],
    { mark: 0, mincharnum: 1, pad_value: sentinel, tokenexp: offsetExpression },
    'com.microsoft',
  )
  const minutes = graph.add(
    'LabelEncoder',
    [piece],
    {
      keys_strings: { strings: [...offsets.map((offset) => `${offset.text}${sentinel}`), sentinel] },
      values_int64s: { ints: [...offsets.map((offset) => offset.minutes), 0] },
      default_int64: noOffset,
    },
    'ai.onnx.ml',
  )
  return graph.add('Reshape', [minutes, graph.ints(-1)])
}

/** Arithmetic of whole numbers that are not negative. */
function wholeNumbers(graph: GraphBuilder) {
  const by = (operator: string) => (a: string, b: string | number) => graph.add(operator, [a, typeof b === 'number' ? graph.int(b) : b])
  return { add: by('Add'), sub: by('Sub'), mul: by('Mul'), div: by('Div'), mod: by('Mod') }
}

const all = (graph: GraphBuilder, conditions: readonly string[]) => conditions.reduce((both, each) => graph.add('And', [both, each]))
