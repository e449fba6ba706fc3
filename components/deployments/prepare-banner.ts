import type { Decision, Verdict } from '#core/releases/measured'

/** What a lead may do about a version on its way to traffic. */
export type RolloutAct = 'promote' | 'hold' | 'resume' | 'rollback'

export type BannerInput = {
  /** Null when a challenger has traffic and nobody judges it. */
  rollout: {
    status: 'running' | 'held' | 'asking' | 'promoted' | 'rolled-back' | 'ended'
    kind: 'all-at-once' | 'canary' | 'blue-green' | 'shadow' | 'ab' | 'bandit'
    automatic: boolean
    sentence: string
  } | null
  /** The newest of this rollout. */
  verdict: Verdict | null
  challenger: number
  champion: number
  /** Percent of the traffic, or of the copies of a shadow. */
  share: number
}

export type Banner = {
  status: 'done' | 'failed' | 'running' | 'waiting' | 'queued'
  head: string
  text: string
  acts: RolloutAct[]
}

/** The state of a rollout in words, and the buttons that make sense in it. */
export function prepareBanner({ rollout, verdict, challenger, champion, share }: BannerInput): Banner {
  const v = `v${challenger}`
  if (!rollout) {
    return {
      status: 'queued',
      head: `${v} takes ${share} % by hand.`,
      text: 'Nobody judges it: compare the figures below and decide.',
      acts: ['promote'],
    }
  }
  switch (rollout.status) {
    case 'running':
      return { ...runningBanner(rollout, verdict, v), acts: ['hold', 'promote'] }
    case 'held':
      return {
        status: 'waiting',
        head: share === 100 || rollout.kind === 'shadow' ? `${v} is held.` : `${v} is held at ${share} %.`,
        text: textOf(rollout.sentence, verdict),
        acts: ['resume', 'promote', 'rollback'],
      }
    case 'asking':
      return {
        status: 'waiting',
        head: `${v} waits for a person.`,
        text: textOf(rollout.sentence, verdict),
        acts: ['promote', 'resume', 'rollback'],
      }
    case 'promoted':
      return { status: 'done', head: `${v} was promoted.`, text: rollout.sentence, acts: [] }
    case 'rolled-back':
      return { status: 'failed', head: `${v} was rolled back to v${champion}.`, text: rollout.sentence, acts: [] }
    case 'ended':
      return { status: 'queued', head: `The rollout of ${v} ended.`, text: rollout.sentence, acts: [] }
  }
}

function runningBanner(rollout: NonNullable<BannerInput['rollout']>, verdict: Verdict | null, v: string): Omit<Banner, 'acts'> {
  if (!verdict) return { status: 'running', head: `${v} has just begun.`, text: 'No verdict yet: both versions must answer first.' }
  const head = headOf(verdict, v)
  const mayAct = rollout.automatic ? '' : ' It does not step by itself: press the button.'
  return { status: statuses[verdict.decision](verdict), head, text: `${verdict.sentence}${mayAct}` }
}

const statuses: Record<Decision, (verdict: Verdict) => Banner['status']> = {
  continue: (verdict) => (holdsAll(verdict) ? 'done' : 'running'),
  promote: () => 'done',
  hold: () => 'waiting',
  rollback: () => 'failed',
  inconclusive: () => 'waiting',
}

function headOf(verdict: Verdict, v: string): string {
  switch (verdict.decision) {
    case 'continue':
      return holdsAll(verdict) ? `${v} holds every limit that has data.` : `${v} is judged.`
    case 'promote':
      return `${v} holds its limits.`
    case 'hold':
      return `${v} had better wait.`
    case 'rollback':
      return `${v} does harm.`
    case 'inconclusive':
      return `The judge cannot decide on ${v}.`
  }
}

/** Something is measured, and all of it is proven to be safe. */
function holdsAll({ signals }: Verdict): boolean {
  const measured = signals.filter(({ state }) => state !== 'no-data')
  return measured.length > 0 && measured.every(({ state }) => state === 'safe')
}

function textOf(sentence: string, verdict: Verdict | null): string {
  return sentence || (verdict?.sentence ?? '')
}
