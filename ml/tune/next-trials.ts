import { gridAt, gridAxes, gridSize } from '#core/tune/grid'
import { sampleSpace } from '#core/tune/sample-space'
import type { SearchSettings } from '#core/tune/settings'
import { countSettings, type Space, settingKey } from '#core/tune/space'
import { lossOf, type Trial } from '#core/tune/trial'
import { shuffle } from '#ml/estimators/random'
import { drawUnseen } from './draw-unseen'
import { planBrackets, type Rung } from './halving'
import { rankTrials } from './rank-trials'
import { proposeByTpe } from './tpe'
import { trialRandom } from './trial-random'

/** A trial to start. */
export type Proposal = Pick<Trial, 'number' | 'params' | 'share' | 'continues'>

export type NextTrials = {
  /** To start now, in order of their number; empty while others must end first. */
  start: Proposal[]
  /** Nothing is left to start and nothing runs. */
  isDone: boolean
}

/**
 * What a search does next, given its trials so far in any order. Pure: a proposal hangs on the seed, its number, and the
 * trials at least `parallel` numbers before it (halving: the round before) only, never on timing. So a search that was
 * restarted, or whose `trials` were raised, goes on as if it had never stopped, and a trial that was lost is proposed again
 * the same. The clock is the caller's: when the time is up it asks no more. Throws AppError for too large a grid.
 */
export function nextTrials(space: Space, settings: SearchSettings, trials: readonly Trial[]): NextTrials {
  const search: Search = { space, settings, known: new Map(trials.map((trial) => [trial.number, trial])), seen: new Map() }
  for (const { number, params } of trials) see(search, number, settingKey(space, params))
  const running = trials.filter(({ status }) => status === 'running').length
  const free = settings.parallel - running
  const start = settings.method === 'halving' ? nextInBrackets(search, free) : nextInLine(search, free)
  return { start, isDone: running === 0 && start.length === 0 }
}

type Search = {
  space: Space
  settings: SearchSettings
  known: Map<number, Trial>
  /** Setting -> the first trial that has it. */
  seen: Map<string, number>
}

function see({ seen }: Search, number: number, key: string): void {
  seen.set(key, Math.min(number, seen.get(key) ?? number))
}

/** Grid, random and TPE: one number after the other. */
function nextInLine(search: Search, free: number): Proposal[] {
  const { settings, known } = search
  const propose = proposerOf(search)
  const last = Math.min(settings.trials, propose.limit)
  const start: Proposal[] = []
  for (let number = 0; number < last && start.length < free; number++) {
    if (known.has(number)) continue
    const proposal = isOpen(search, number) ? propose.at(number) : null
    if (!proposal) break
    begin(search, proposal)
    start.push(proposal)
  }
  return start
}

/** From here on the proposal counts as running. */
function begin(search: Search, proposal: Proposal): void {
  search.known.set(proposal.number, { ...proposal, status: 'running', scores: [] })
  see(search, proposal.number, settingKey(search.space, proposal.params))
}

/**
 * Whether all that a trial hangs on has ended: TPE and the median rule look at trials at least `parallel` numbers before.
 * Trials are asked for in order, so those that are not known yet come first.
 */
function isOpen({ settings, known }: Search, number: number): boolean {
  if (settings.method !== 'tpe' && !settings.stopBadTrials) return true
  return [...known.values()].every((trial) => trial.status !== 'running' || trial.number > number - settings.parallel)
}

type Proposer = { limit: number; at(number: number): Proposal | null }

function proposerOf(search: Search): Proposer {
  const { space, settings, known } = search
  const whole = { share: 1, continues: null }
  if (settings.method === 'grid') {
    const axes = gridAxes(space, settings.gridPoints)
    const order = Int32Array.from({ length: gridSize(axes) }, (_, i) => i)
    // shuffled, so that a search cut short has seen all of the grid thinly, not one corner of it
    if (!settings.inOrder) shuffle(order, trialRandom(settings.seed, -1))
    return { limit: order.length, at: (number) => ({ number, params: gridAt(axes, order[number] ?? 0), ...whole }) }
  }
  const limit = countSettings(space)
  if (settings.method === 'random') return { limit, at: (number) => drawFirst(search, number, 1) }
  return {
    limit,
    at(number) {
      const random = trialRandom(settings.seed, number)
      const before = [...known.values()].filter((trial) => trial.number <= number - settings.parallel)
      const draw = () => proposeByTpe(space, before, settings, random)
      const params = drawUnseen(space, seenBefore(search, number), draw, random)
      return params && { number, params, ...whole }
    },
  }
}

/** A setting at random that no trial of a lower number has. */
function drawFirst(search: Search, number: number, share: number): Proposal | null {
  const { space, settings } = search
  const random = trialRandom(settings.seed, number)
  const params = drawUnseen(space, seenBefore(search, number), () => sampleSpace(space, random), random)
  return params && { number, params, share, continues: null }
}

function seenBefore({ seen }: Search, number: number): Set<string> {
  return new Set([...seen].filter(([, first]) => first < number).map(([key]) => key))
}

/** Halving: all of a round may start at once; the next round waits for the one before. */
function nextInBrackets(search: Search, free: number): Proposal[] {
  const { space, settings } = search
  const start: Proposal[] = []
  const brackets = planBrackets({ ...settings, trials: Math.min(settings.trials, countSettings(space)) })
  for (const bracket of brackets) {
    for (const [i, rung] of bracket.entries()) {
      const before = bracket[i - 1]
      const entrants = before ? survivors(search, before, rung) : newcomers(search, rung)
      // without the median rule the next bracket need not wait
      if (!entrants && settings.stopBadTrials) return start
      for (const entrant of entrants ?? []) {
        if (search.known.has(entrant.number)) continue
        if (start.length >= free || !isOpen(search, entrant.number)) return start
        begin(search, entrant)
        start.push(entrant)
      }
    }
  }
  return start
}

/** The first round of a bracket, drawn one by one as they are asked for; those already known stay as they are. */
function* newcomers(search: Search, rung: Rung): Generator<Proposal> {
  for (let number = rung.first; number < rung.first + rung.trials; number++) {
    const drawn = search.known.get(number) ?? drawFirst(search, number, rung.share)
    if (drawn) yield { number, params: drawn.params, share: rung.share, continues: null }
  }
}

/** The best of the round before under their new numbers; null while one of them is at work. */
function survivors({ known, settings }: Search, before: Rung, rung: Rung): Proposal[] | null {
  const raced = Array.from({ length: before.trials }, (_, i) => known.get(before.first + i)).filter((trial) => trial !== undefined)
  if (raced.some(({ status }) => status === 'running')) return null
  const able = rankTrials(raced, settings.direction).filter(
    (trial) => trial.status === 'finished' && Number.isFinite(lossOf(trial, settings.direction)),
  )
  return able
    .slice(0, rung.trials)
    .map(({ number, params }, i) => ({ number: rung.first + i, params, share: rung.share, continues: number }))
}
