import { clock } from '#components/charts/frame.ts'
import type { CanaryStep } from '#core/releases/strategy'
import { formatNumber } from '#core/words/format'
import { placeOfShare } from './share-scale.ts'

/** A planned step of a canary on the share scale. */
export type StepMark = { share: number; place: number; state: 'past' | 'now' | 'next'; words: string }

export type StepPlan = {
  steps: readonly CanaryStep[]
  /** Index of the step under way. */
  step: number
  since: Date
  /** Answers of the challenger since the rollout began, as the steps count them. */
  answers: number
  status: 'running' | 'held' | 'asking'
  automatic: boolean
  /** Shares of the challenger as they were set since the rollout began, oldest first. */
  changes: readonly { share: number; at: Date }[]
}

const minuteMs = 60_000

/** Where each step stands on the scale, and what it says: "5 % until 10:14", "25 % until 11:14 at least", "50 %". */
export function stepMarks(plan: StepPlan): StepMark[] {
  const shares = [...plan.steps.map(({ share }) => share), ...(plan.steps.at(-1)?.share === 100 ? [] : [100])]
  return shares.map((share, i) => {
    const state = i < plan.step ? 'past' : i === plan.step ? 'now' : 'next'
    return { share, place: placeOfShare(share), state, words: markWords(plan, i, share, state) }
  })
}

/** The second line of the traffic card: when the next step comes, or what it waits for. */
export function nextStepWords(plan: StepPlan, now: Date): string {
  const current = plan.steps[plan.step]
  if (plan.status === 'held') return `held at ${current?.share ?? 100} %`
  if (plan.status === 'asking') return 'waits for a person'
  if (!current) return 'the last step is done'
  const next = plan.steps[plan.step + 1]?.share ?? 100
  const goal = current.share === 100 ? 'done' : next === 100 ? 'promoted' : `next step ${next} %`
  const due = dueAt(plan, current)
  const missing = current.minSamples - plan.answers
  const when = due > now ? ` at ${timeWords(due, current.minutes)}` : missing > 0 ? ` after ${formatNumber(missing)} more answers` : ''
  return plan.automatic ? `${goal}${when} if the limits hold` : `${goal} when a person presses the button`
}

function markWords(plan: StepPlan, i: number, share: number, state: StepMark['state']): string {
  if (state === 'past') {
    const end = plan.changes.find((change) => change.share > share)?.at ?? (i === plan.step - 1 ? plan.since : null)
    return end ? `${share} % until ${timeWords(end, plan.steps[i]?.minutes ?? 10)}` : `${share} %`
  }
  const current = plan.steps[i]
  if (state === 'next' || !current) return `${share} %`
  if (plan.status !== 'running') return `${share} %, ${plan.status === 'held' ? 'held' : 'asks'}`
  return `${share} % until ${timeWords(dueAt(plan, current), current.minutes)} at least, ${formatNumber(Math.min(plan.answers, current.minSamples))} of ${formatNumber(current.minSamples)} answers`
}

function dueAt({ since }: StepPlan, { minutes }: CanaryStep): Date {
  return new Date(since.getTime() + minutes * minuteMs)
}

/** Seconds only where steps are that short. */
function timeWords(at: Date, minutes: number): string {
  return clock(at, minutes < 3)
}
