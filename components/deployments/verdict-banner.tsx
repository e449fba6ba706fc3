'use client'

import { ArrowUp, Pause, Play, Undo2 } from 'lucide-react'
import { useRefusal } from '#components/api/use-actor'
import { StatusIcon } from '#components/ui/status'
import type { Banner, RolloutAct } from './prepare-banner.ts'
import { ReasonedButton } from './reasoned-button'

/** What the judge says in words, and what a lead may do about it: one click each. */
export function VerdictBanner({
  banner,
  champion,
  challenger,
  share,
  busy,
  isAsking,
  onAct,
}: {
  banner: Banner
  champion: number
  challenger: number
  share: number
  busy: boolean
  /** Nothing goes on before somebody decides. */
  isAsking: boolean
  onAct(act: RolloutAct, reason: string): void
}) {
  const refusal = useRefusal('lead')
  const words: Record<RolloutAct, { title: string; reason: string; about: string; icon: React.ReactNode }> = {
    hold: {
      title: share < 100 ? `Hold at ${share} %` : 'Hold',
      reason: 'Held to have a look',
      about: 'holding',
      icon: <Pause className="i s" aria-hidden />,
    },
    resume: {
      title: isAsking ? 'Go on judging' : 'Resume',
      reason: `Looked at v${challenger}, it goes on`,
      about: 'going on',
      icon: <Play className="i s" aria-hidden />,
    },
    promote: {
      title: `Promote v${challenger}`,
      reason: `Promoted v${challenger} after a look at its figures`,
      about: `promoting v${challenger}`,
      icon: <ArrowUp className="i s" aria-hidden />,
    },
    rollback: {
      title: `Back to v${champion}`,
      reason: `Ended v${challenger} after a look at its figures`,
      about: `ending v${challenger}`,
      icon: <Undo2 className="i s" aria-hidden />,
    },
  }
  return (
    <div className="banner verdict-banner mb-3" data-st={banner.status}>
      <StatusIcon status={banner.status} label={null} />
      <span className="words" role="status">
        <b className="semi">{banner.head}</b> <span className="t2">{banner.text}</span>
      </span>
      {banner.acts.length > 0 ? (
        <span className="row flex-wrap">
          {isAsking ? <span className="sm med">Decide</span> : null}
          {banner.acts.map((act) => {
            const { title, reason, about, icon } = words[act]
            return (
              <ReasonedButton
                key={act}
                kind={act === 'rollback' ? 'danger-line' : 'default'}
                icon={icon}
                refusal={refusal}
                busy={busy}
                reason={reason}
                about={about}
                onAct={(written) => onAct(act, written)}
              >
                {title}
              </ReasonedButton>
            )
          })}
        </span>
      ) : null}
    </div>
  )
}
