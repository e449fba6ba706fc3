import type { Decision, Verdict } from '#core/releases/measured'
import { signalName } from './prepare-guard.ts'

/** A verdict as it was written. */
export type WrittenVerdict = { id: number; at: Date; step: number; verdict: Verdict }

/** One line of the timeline: a verdict, or a run of the same at one step, in the newest one's words. */
export type VerdictGroup = {
  id: number
  decision: Decision
  sentence: string
  from: Date
  to: Date
  count: number
  step: number
  /** What the decided signals of the newest one say, harm first. */
  reasons: { name: string; isHarm: boolean; sentence: string }[]
}

const moves: readonly Decision[] = ['promote', 'rollback']

const looks: Record<Decision, { status: 'done' | 'failed' | 'running' | 'waiting'; word: string }> = {
  continue: { status: 'running', word: 'Goes on' },
  promote: { status: 'done', word: 'Limits hold' },
  hold: { status: 'waiting', word: 'Hold' },
  rollback: { status: 'failed', word: 'Roll back' },
  inconclusive: { status: 'waiting', word: 'Cannot decide' },
}

/** Shape and word of a decision. Only the newest "continue" still turns. */
export function decisionLook(
  decision: Decision,
  isNewest: boolean,
): { status: 'done' | 'failed' | 'running' | 'waiting' | 'queued'; word: string } {
  const look = looks[decision]
  return decision === 'continue' && !isNewest ? { ...look, status: 'queued' } : look
}

/** Newest first. A run of verdicts at one step that move nothing stands as one line; what moved the traffic stands alone. */
export function groupVerdicts(verdicts: readonly WrittenVerdict[]): VerdictGroup[] {
  const groups: VerdictGroup[] = []
  for (const one of [...verdicts].sort((a, b) => b.id - a.id)) {
    const last = groups.at(-1)
    if (last && last.decision === one.verdict.decision && last.step === one.step && !moves.includes(last.decision)) {
      last.from = one.at
      last.count++
    } else {
      groups.push(groupOf(one))
    }
  }
  return groups
}

function groupOf({ id, at, step, verdict }: WrittenVerdict): VerdictGroup {
  const decided = verdict.signals.filter(({ state }) => state === 'harm' || state === 'safe')
  const reasons = decided.map(({ signal, state, sentence }) => ({ name: signalName(signal), isHarm: state === 'harm', sentence }))
  return {
    id,
    decision: verdict.decision,
    sentence: verdict.sentence,
    from: at,
    to: at,
    count: 1,
    step,
    reasons: reasons.sort((a, b) => Number(b.isHarm) - Number(a.isHarm)),
  }
}
