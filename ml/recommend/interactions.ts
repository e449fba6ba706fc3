import { AppError } from '#core/errors/app-error'
import type { InteractionSettings } from '#core/model/interactions'
import { formatNumber, plural } from '#core/words/format'
import type { SparseRows } from '#ml/features/sparse-rows'
import { pause } from '#ml/pipeline/pause'
import type { InteractionRows } from './check-interactions'
import { checkWeights, refuseTooFew, usableRows } from './check-interactions'

/** Who has what: rows of `x` are users, terms items, both in code-unit order of their names; values are how strong. */
export type Interactions = {
  users: string[]
  items: string[]
  x: SparseRows
  /** The latest time of each entry of `x`; null where no time is known. */
  times: Float64Array | null
}

type Limits = Pick<InteractionSettings, 'minItemUsers' | 'minUserItems' | 'mostItems'>

/**
 * Collects rows (user, item, weight, time) into interactions, and says in `notes` what was left out. Weights of one user and
 * item add up; without weights a pair counts once. The order of the rows does not matter. Throws AppError that names the
 * column for a weight below 0 or none, and where fewer than two users or items are left.
 */
export async function collectInteractions(
  rows: InteractionRows,
  limits: Limits,
  signal?: AbortSignal,
): Promise<{ interactions: Interactions; notes: string[] }> {
  const { names } = rows
  checkWeights(rows)
  const { kept, notes } = usableRows(rows)
  const users = await codesOf(rows.users, kept, signal)
  const items = await codesOf(rows.items, kept, signal)
  const pairs = await joinPairs(rows, kept, { users, items, signal })
  const { itemsKept, usersKept, said } = limitPairs(pairs, limits)
  notes.push(...said)
  refuseTooFew('user', usersKept.filter(Boolean).length, names, limits)
  refuseTooFew('item', itemsKept.filter(Boolean).length, names, limits)
  return { interactions: pick(pairs, usersKept, itemsKept), notes }
}

/** Each pair of user and item once, by user, then by item. */
type Pairs = Interactions

const rowsPerPause = 100_000

async function codesOf(values: readonly string[], kept: Int32Array, signal: AbortSignal | undefined): Promise<Coded> {
  const seen = new Set<string>()
  for (const [i, row] of kept.entries()) {
    seen.add(values[row] ?? '')
    if (i % rowsPerPause === 0) await pause(signal)
  }
  const names = [...seen].sort()
  const places = new Map(names.map((name, i) => [name, i]))
  const codes = new Int32Array(kept.length)
  for (const [i, row] of kept.entries()) {
    codes[i] = places.get(values[row] ?? '') ?? 0
    if (i % rowsPerPause === 0) await pause(signal)
  }
  return { names, codes }
}

/** Names in code-unit order, and the place among them of each kept row. */
type Coded = { names: string[]; codes: Int32Array }

async function joinPairs(
  { weights, times }: InteractionRows,
  kept: Int32Array,
  { users, items, signal }: { users: Coded; items: Coded; signal: AbortSignal | undefined },
): Promise<Pairs> {
  const { starts, rows } = byUser(users)
  const weightOf = (i: number) => weights?.[kept[i] ?? 0] ?? 1
  const ptr = new Int32Array(users.names.length + 1)
  const ids = new Int32Array(rows.length)
  const values = new Float64Array(rows.length)
  const latest = times && new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY)
  let used = 0
  let work = 0
  for (let user = 0; user < users.names.length; user++) {
    // by item, then by weight, so that sums do not hang on the order of the rows
    const own = rows.subarray(starts[user], starts[user + 1])
    own.sort((a, b) => (items.codes[a] ?? 0) - (items.codes[b] ?? 0) || weightOf(a) - weightOf(b))
    let last = -1
    for (const i of own) {
      const item = items.codes[i] ?? 0
      if (item !== last) ids[used++] = item
      last = item
      const at = used - 1
      values[at] = weights ? (values[at] ?? 0) + weightOf(i) : 1
      const time = times?.[kept[i] ?? 0] ?? Number.NaN
      if (latest && time > (latest[at] ?? 0)) latest[at] = time
    }
    ptr[user + 1] = used
    work += own.length
    if (work < rowsPerPause) continue
    work = 0
    await pause(signal)
  }
  return {
    users: users.names,
    items: items.names,
    x: {
      rows: users.names.length,
      terms: items.names.length,
      ptr,
      ids: ids.subarray(0, used),
      values: Float32Array.from(values.subarray(0, used)),
    },
    times: latest?.slice(0, used) ?? null,
  }
}

/** Places of the rows of each user, one user after the other. */
function byUser({ names, codes }: Coded): { starts: Int32Array; rows: Int32Array } {
  const starts = new Int32Array(names.length + 1)
  for (const user of codes) starts[user + 1] = (starts[user + 1] ?? 0) + 1
  for (let user = 0; user < names.length; user++) starts[user + 1] = (starts[user + 1] ?? 0) + (starts[user] ?? 0)
  const next = starts.slice()
  const rows = new Int32Array(codes.length)
  for (const [i, user] of codes.entries()) {
    const at = next[user] ?? 0
    next[user] = at + 1
    rows[at] = i
  }
  return { starts, rows }
}

/** Which items and users have enough, items first; an item that only left-out users had goes as well. */
function limitPairs({ users, items, x }: Pairs, { minItemUsers, minUserItems, mostItems }: Limits) {
  const said: string[] = []
  const perItem = new Int32Array(items.length)
  for (const item of x.ids) perItem[item] = (perItem[item] ?? 0) + 1
  const frequent = Array.from(perItem.keys()).filter((item) => (perItem[item] ?? 0) >= minItemUsers)
  const rare = items.length - frequent.length
  if (rare > 0) said.push(`${plural(rare, 'item')} that fewer than ${minItemUsers} users have had ${were(rare)} left out.`)
  const chosen = frequent.sort((a, b) => (perItem[b] ?? 0) - (perItem[a] ?? 0) || a - b).slice(0, mostItems)
  const beyond = frequent.length - chosen.length
  if (beyond > 0) {
    const most = perItem[frequent[mostItems] ?? 0] ?? 0
    said.push(
      `The ${formatNumber(mostItems)} items that most users have had were kept; ${plural(beyond, 'item')} that at most ${plural(most, 'user')} had ${were(beyond)} left out.`,
    )
  }
  const isKept = new Uint8Array(items.length)
  for (const item of chosen) isKept[item] = 1
  const has = new Uint8Array(items.length)
  const usersKept = users.map((_, user) => {
    const own = x.ids.subarray(x.ptr[user], x.ptr[user + 1]).filter((item) => isKept[item] === 1)
    if (own.length < Math.max(1, minUserItems)) return false
    for (const item of own) has[item] = 1
    return true
  })
  const few = usersKept.filter((kept) => !kept).length
  if (few > 0) said.push(`${plural(few, 'user')} with fewer than ${minUserItems} of these items ${were(few)} not learned from.`)
  return { itemsKept: items.map((_, item) => isKept[item] === 1 && has[item] === 1), usersKept, said }
}

function pick({ users, items, x, times }: Pairs, usersKept: readonly boolean[], itemsKept: readonly boolean[]): Interactions {
  const place = new Int32Array(items.length).fill(-1)
  const keptItems = items.filter((_, item) => itemsKept[item])
  let next = 0
  for (const [item, isKept] of itemsKept.entries()) if (isKept) place[item] = next++
  const ptr = [0]
  const entries: number[] = []
  for (const [user, isKept] of usersKept.entries()) {
    if (!isKept) continue
    for (let j = x.ptr[user] ?? 0, end = x.ptr[user + 1] ?? 0; j < end; j++) if ((place[x.ids[j] ?? 0] ?? -1) >= 0) entries.push(j)
    ptr.push(entries.length)
  }
  return {
    users: users.filter((_, user) => usersKept[user]),
    items: keptItems,
    x: {
      rows: ptr.length - 1,
      terms: keptItems.length,
      ptr: Int32Array.from(ptr),
      ids: Int32Array.from(entries, (j) => place[x.ids[j] ?? 0] ?? 0),
      values: Float32Array.from(entries, (j) => x.values[j] ?? 0),
    },
    times: times && Float64Array.from(entries, (j) => times[j] ?? Number.NEGATIVE_INFINITY),
  }
}

/** Refuses items that a list with this separator could not hold: what is joined must come apart again. */
export function checkSeparator(items: readonly string[], separator: string, column: string): void {
  const broken = items.find((item) => {
    const parts = `${item}${separator}${item}`.split(separator)
    return parts.length !== 2 || parts[0] !== item || parts[1] !== item
  })
  if (broken === undefined) return
  throw new AppError('bad_params', {
    detail: `The item "${broken.slice(0, 80)}" in the column "${column}" holds the separator ${JSON.stringify(separator)}, so a list of items could not be told apart: choose another separator.`,
    hint: { param: 'separator', column },
  })
}

const were = (count: number) => (count === 1 ? 'was' : 'were')
