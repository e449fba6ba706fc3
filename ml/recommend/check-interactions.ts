import { AppError } from '#core/errors/app-error'
import type { InteractionSettings } from '#core/model/interactions'
import { plural } from '#core/words/format'

/** A table of interactions as columns: '' is a missing user or item; weights and times are null when there is no column. */
export type InteractionRows = {
  users: readonly string[]
  items: readonly string[]
  weights: Float64Array | null
  times: Float64Array | null
  /** Of the columns, for messages. */
  names: { user: string; item: string; weight: string; time: string }
}

/** Refuses a weight that is missing, below 0 or infinite, by its row. */
export function checkWeights({ weights, names }: InteractionRows): void {
  const wrong = weights?.findIndex((weight) => !(weight >= 0 && Number.isFinite(Math.fround(weight)))) ?? -1
  if (!weights || wrong < 0) return
  const weight = weights[wrong] ?? Number.NaN
  throw new AppError('bad_input', {
    detail: `Row ${wrong + 1} has ${Number.isNaN(weight) ? 'no weight' : `the weight ${weight}`} in the column "${names.weight}": weights are numbers from 0 on. Filter or fill such rows first.`,
    hint: { column: names.weight, param: 'weight', row: wrong + 1 },
  })
}

/** The rows with a user, an item and a weight above 0, and sentences on the others. */
export function usableRows({ users, items, weights, times, names }: InteractionRows): { kept: Int32Array; notes: string[] } {
  const all = Int32Array.from(users, (_, row) => row)
  const named = all.filter((row) => users[row] !== '' && items[row] !== '')
  const kept = weights ? named.filter((row) => (weights[row] ?? 0) > 0) : named
  const notes: string[] = []
  const unnamed = all.length - named.length
  if (unnamed > 0) notes.push(`${plural(unnamed, 'row was', 'rows were')} left out, because the user or the item is missing.`)
  const none = named.length - kept.length
  if (none > 0) notes.push(`${plural(none, 'row was', 'rows were')} left out, because the weight in "${names.weight}" is 0.`)
  const untimed = times ? kept.filter((row) => Number.isNaN(times[row] ?? Number.NaN)).length : 0
  if (untimed > 0) notes.push(`${plural(untimed, 'row has', 'rows have')} no time in "${names.time}" and count as the earliest.`)
  return { kept, notes }
}

/** Refuses to recommend among fewer than two, or for fewer than two. */
export function refuseTooFew(
  what: 'user' | 'item',
  count: number,
  names: InteractionRows['names'],
  { minItemUsers, minUserItems }: Pick<InteractionSettings, 'minItemUsers' | 'minUserItems'>,
): void {
  if (count >= 2) return
  const left = count === 0 ? `No ${what} is` : `Only one ${what} is`
  throw new AppError('bad_input', {
    detail: `${left} left of the column "${names[what]}", and at least two are needed: items need ${minItemUsers} users or more, and users ${minUserItems} of these items or more. Lower these, or add interactions.`,
    hint: { column: names[what], param: what },
  })
}
