'use client'

import { useId, useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Card } from '#components/ui/card'
import { TextInput, Toggle } from '#components/ui/field'
import { useNow } from '#components/ui/time'
import type { LiveArmView } from '#server/releases/views'
import { nextStepWords, type StepPlan, stepMarks } from './prepare-steps.ts'
import { ReasonedButton } from './reasoned-button'
import { ShareSlider } from './share-slider'
import { type BesideView, type PictureArm, TrafficPicture } from './traffic-picture'

export type TrafficCardProps = {
  arms: readonly PictureArm[]
  beside: readonly BesideView[]
  windowMinutes: number
  /** The steps of a canary under way. */
  plan: StepPlan | null
  /** Whether the rollout goes on by itself; null when there is nothing to switch. */
  automatic: boolean | null
  /** Who stands in when a version does not answer, in one line; null for nobody. */
  fallback: string | null
  /** Why the share cannot be moved by hand, apart from the role. */
  fixed: string | null
  busy: boolean
  onShare(share: number, reason: string, onDone: () => void): void
  onAutomatic(automatic: boolean): void
}

/** Where the traffic goes, and the slider that splits it. Nothing moves before Apply. */
export function TrafficCard(props: TrafficCardProps) {
  const { arms, beside, windowMinutes, plan, automatic, fallback, fixed } = props
  const refusal = useRefusal('lead') ?? fixed
  const now = useNow()
  const [draft, setDraft] = useState<number | null>(null)
  const [champion, challenger] = arms
  const share = challenger ? (draft ?? challenger.weight) : null
  return (
    <Card
      title="Traffic"
      note={plan ? nextStepWords(plan, new Date(now)) : `last ${windowMinutes} minutes, test traffic included`}
      className="flex flex-col"
      bodyClassName="flex flex-1 flex-col justify-between gap-3"
      end={
        automatic === null ? null : (
          <ByItself label={plan ? 'Step by itself' : 'By itself'} automatic={automatic} busy={props.busy} onChange={props.onAutomatic} />
        )
      }
    >
      <TrafficPicture arms={arms} beside={beside} share={share} onShare={challenger && !refusal ? setDraft : null} />
      {champion && challenger && share !== null ? (
        <ShareRow {...props} champion={champion} challenger={challenger} share={share} refusal={refusal} onDraft={setDraft} />
      ) : (
        <p className="sm t2">
          {champion ? `v${champion.version} takes all traffic. ` : ''}
          {beside.length > 0 ? '' : 'Deploy another version as a canary to split it between two.'}
        </p>
      )}
      {fallback ? <p className="sm t3">When a version does not answer: {fallback}.</p> : null}
    </Card>
  )
}

function ShareRow({
  champion,
  challenger,
  share,
  plan,
  refusal,
  busy,
  onDraft,
  onShare,
}: TrafficCardProps & {
  champion: LiveArmView
  challenger: LiveArmView
  share: number
  refusal: string | null
  onDraft(share: number | null): void
}) {
  const fieldId = useId()
  const live = challenger.weight
  const marks = plan ? stepMarks(plan) : []
  return (
    <div className="col gap-1!">
      <div className="row wide flex-wrap">
        <label className="sm t2 nowrap" htmlFor={fieldId}>
          Share for v{challenger.version}
        </label>
        <ShareSlider
          value={share}
          live={live}
          marks={marks}
          label={`Share for challenger v${challenger.version}`}
          disabled={Boolean(refusal) || busy}
          onChange={onDraft}
        />
        <TextInput
          id={fieldId}
          className="num w-[72px]"
          unit="%"
          inputMode="numeric"
          value={share}
          disabled={Boolean(refusal)}
          onChange={(event) => {
            const typed = Number(event.target.value)
            if (Number.isInteger(typed) && typed >= 0 && typed <= 100) onDraft(typed)
          }}
        />
        <ReasonedButton
          refusal={refusal ?? (share === live ? `v${challenger.version} already has ${live} %. Move the slider first.` : null)}
          busy={busy}
          reason={reasonFor(share, champion.version, challenger.version)}
          about="the new share"
          onAct={(reason) => onShare(share, reason, () => onDraft(null))}
        >
          {applyWords(share, live, champion.version, challenger.version)}
        </ReasonedButton>
      </div>
      {marks.length > 0 ? (
        <ol className="step-list" aria-label="Steps">
          {marks.map(({ share: step, state, words }) => (
            <li key={step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
              {words}
            </li>
          ))}
        </ol>
      ) : null}
    </div>
  )
}

/** The switch of a rollout that steps, is promoted and rolled back without a person. */
function ByItself({
  label,
  automatic,
  busy,
  onChange,
}: {
  label: string
  automatic: boolean
  busy: boolean
  onChange(automatic: boolean): void
}) {
  const refusal = useRefusal('lead')
  return (
    <span className="row tight sm t2 nowrap">
      <Toggle checked={automatic} label={label} disabled={busy} refusal={refusal} onChange={onChange} />
      {label}
    </span>
  )
}

function applyWords(share: number, live: number, champion: number, challenger: number): string {
  if (share === live) return 'Apply'
  if (share === 0) return `End the split with v${champion}`
  return share === 100 ? `Promote v${challenger}` : `Apply ${share} %`
}

function reasonFor(share: number, champion: number, challenger: number): string {
  if (share === 0) return `Split ended with v${champion} on the deployment page`
  return share === 100
    ? `Promoted v${challenger} on the deployment page`
    : `Share of v${challenger} set to ${share} % on the deployment page`
}
