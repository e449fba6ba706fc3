'use client'

import { Button } from '#components/ui/button'
import { errorSentence } from '#components/ui/failure'
import { Field, TextArea, TextInput } from '#components/ui/field'
import { isConflict } from './use-release.ts'

/** The name of the deployment: one of those of the model, or a new one. */
export function DeploymentField({
  name,
  problem,
  known,
  onChange,
}: {
  name: string
  problem: string | null
  known: readonly string[]
  onChange(name: string): void
}) {
  return (
    <Field label="Deployment" error={problem} help="Part of the address; a new name makes a new one.">
      {({ id, describedBy, invalid }) => (
        <>
          <TextInput
            id={id}
            mono
            list={`${id}-known`}
            value={name}
            autoComplete="off"
            aria-describedby={describedBy}
            invalid={invalid}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={`${id}-known`}>
            {known.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

/** Why it is done, with a sentence that stands ready. */
export function ReasonField({ value, onChange }: { value: string; onChange(reason: string): void }) {
  return (
    <Field label="Reason" help="Stands in the release history and the audit log.">
      {({ id, describedBy }) => (
        <TextArea
          id={id}
          rows={2}
          maxLength={500}
          value={value}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Who may press the button, for those who may not, and who approves where two are needed. */
export function Approvers({
  approvers,
  seconds,
  isRefused,
}: {
  approvers: readonly string[]
  /** Null where one person is enough. */
  seconds: readonly string[] | null
  isRefused: boolean
}) {
  const nobody = 'nobody yet; an admin gives the role under Settings, Users'
  return (
    <>
      {isRefused ? <p className="sm t2">May deploy: {approvers.join(', ') || nobody}.</p> : null}
      {seconds ? (
        <p className="sm t2">Four eyes: somebody else than you approves it. May approve: {seconds.join(', ') || nobody}.</p>
      ) : null}
    </>
  )
}

/** Why the server refused; when somebody else was first, with a way to look again. */
export function RefusedChange({ error, onReload }: { error: unknown; onReload(): void }) {
  return (
    <span className="row grow" role="alert">
      <span className="sm bad grow">{errorSentence(error)}</span>
      {isConflict(error) ? (
        <Button size="sm" onClick={onReload}>
          Reload
        </Button>
      ) : null}
    </span>
  )
}
