'use client'

import { useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, Select, Toggle } from '#components/ui/field'
import type { DeploymentSettings } from '#core/releases/deployment-settings'
import type { ReleaseSettings } from '#core/releases/settings'
import { ReasonField } from './deploy-parts'
import { NumberField } from './number-field'
import { ServeFields, type VersionChoice } from './serve-fields'
import { type KeepDraft, keepChoices, keepDraft, readKeep, readServe, serveDraft } from './settings-draft.ts'

/** What the sheet was changed to; null for a part that stays as it is. */
export type SettingsChange = {
  serve: { settings: ReleaseSettings; lowConfidence: number } | null
  keep: DeploymentSettings | null
  reason: string
}

/** Changes how the release serves (a new release) and what holds for the deployment (an audit line). */
export function SettingsSheet({
  deployment,
  serve,
  keep,
  versions,
  lastGood,
  serving,
  isRegression,
  classes,
  refusal,
  waits,
  problem,
  busy,
  onSave,
  onClose,
}: {
  deployment: string
  serve: { settings: ReleaseSettings; lowConfidence: number }
  keep: DeploymentSettings
  versions: readonly VersionChoice[]
  lastGood: VersionChoice | null
  serving: readonly string[]
  isRegression: boolean
  classes: readonly string[]
  refusal: string | null
  /** Why no new release can be made now; null when it can. */
  waits: string | null
  problem: string | null
  busy: boolean
  onSave(change: SettingsChange): void
  onClose(): void
}) {
  const [draft, setDraft] = useState(() => serveDraft(serve.settings, serve.lowConfidence))
  const [kept, setKept] = useState(() => keepDraft(keep))
  const [reason, setReason] = useState(`Settings of ${deployment} changed`)
  const readDraft = readServe(draft, serve.settings, { isRegression, classes })
  const readKept = readKeep(kept)
  const nextServe =
    readDraft.settings && !isSame([readDraft.settings, readDraft.lowConfidence], [serve.settings, serve.lowConfidence]) ? readDraft : null
  const nextKeep = readKept.settings && !isSame(readKept.settings, keep) ? readKept.settings : null
  const hasErrors = readDraft.errors !== null || readKept.errors !== null
  const blocked =
    refusal ??
    (nextServe ? waits : null) ??
    (hasErrors ? 'A field above is not valid yet.' : nextServe || nextKeep ? null : 'Nothing is changed yet.')
  return (
    <Dialog
      sheet
      open
      onOpenChange={onClose}
      title={`Settings of ${deployment}`}
      description="How the release serves makes a new release; what is kept and who approves holds at once."
      footer={
        <>
          {problem ? <span className="sm bad grow">{problem}</span> : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            refusal={blocked}
            busy={busy}
            forecast={nextServe && !keep.fourEyes ? 'in force in 5 s' : undefined}
            onClick={() => onSave({ serve: nextServe, keep: nextKeep, reason })}
          >
            {nextServe && keep.fourEyes ? 'Ask for approval' : 'Save the settings'}
          </Button>
        </>
      }
    >
      <div className="col gap-4!">
        <ServeFields
          draft={draft}
          errors={readDraft.errors ?? {}}
          versions={versions}
          lastGood={lastGood}
          serving={serving}
          isRegression={isRegression}
          onChange={setDraft}
        />
        <KeepFields draft={kept} error={readKept.errors?.share} onChange={setKept} />
        <ReasonField value={reason} onChange={setReason} />
      </div>
    </Dialog>
  )
}

function KeepFields({ draft, error, onChange }: { draft: KeepDraft; error: string | undefined; onChange(draft: KeepDraft): void }) {
  return (
    <>
      <div className="pair">
        <Field label="Prediction log keeps" help="Answers are always kept.">
          {({ id, describedBy }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              value={draft.inputs}
              options={keepChoices}
              onChange={(event) => {
                const inputs = keepChoices.find(({ value }) => value === event.target.value)?.value
                if (inputs) onChange({ ...draft, inputs })
              }}
            />
          )}
        </Field>
        {draft.inputs === 'sampled' ? (
          <NumberField label="Inputs kept" unit="%" value={draft.share} error={error} onChange={(share) => onChange({ ...draft, share })} />
        ) : null}
      </div>
      <FourEyes isOn={draft.fourEyes} onChange={(fourEyes) => onChange({ ...draft, fourEyes })} />
    </>
  )
}

/** Everybody who releases may ask for a second pair of eyes; only an admin takes it away. */
function FourEyes({ isOn, onChange }: { isOn: boolean; onChange(isOn: boolean): void }) {
  const refusal = useRefusal('admin')
  const [wasOn] = useState(isOn)
  return (
    <Field flip label="Four eyes: a second lead approves each release">
      {({ id }) => <Toggle id={id} checked={isOn} refusal={wasOn ? refusal : null} onChange={onChange} />}
    </Field>
  )
}

/** Both were read by the same schema, so that equal ones are written alike. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
