'use client'

import { PenLine } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, type ButtonProps } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, TextArea } from '#components/ui/field'

export type ReasonedButtonProps = Pick<ButtonProps, 'kind' | 'size' | 'icon' | 'forecast' | 'refusal' | 'busy'> & {
  /** The sentence that goes to the history when nobody writes another. */
  reason: string
  /** What the pencil beside it is for, as a noun: "promoting v2". */
  about: string
  onAct(reason: string): void
  children: ReactNode
}

/** One click does it with the reason that stands ready; the pencil beside it opens that sentence to be changed first. */
export function ReasonedButton({ reason, about, onAct, children, ...look }: ReasonedButtonProps) {
  const [isWriting, setWriting] = useState(false)
  const button = (
    <Button {...look} title={look.refusal ? undefined : `Reason: ${reason}`} onClick={() => onAct(reason)}>
      {children}
    </Button>
  )
  if (look.refusal) return button
  return (
    <span className="btn-split">
      {button}
      <Button
        kind={look.kind ?? 'default'}
        size={look.size ?? 'md'}
        busy={look.busy}
        icon={<PenLine className="i s" aria-hidden />}
        aria-label={`Reason for ${about}`}
        title="Write another reason first"
        onClick={() => setWriting(true)}
      />
      {isWriting ? (
        <ReasonDialog
          {...look}
          reason={reason}
          title={`Reason for ${about}`}
          action={children}
          onClose={() => setWriting(false)}
          onAct={(written) => {
            setWriting(false)
            onAct(written)
          }}
        />
      ) : null}
    </span>
  )
}

function ReasonDialog({
  reason,
  title,
  action,
  onClose,
  onAct,
  ...look
}: Pick<ButtonProps, 'kind' | 'icon' | 'forecast' | 'busy'> & {
  reason: string
  title: string
  action: ReactNode
  onClose(): void
  onAct(reason: string): void
}) {
  const [written, setWritten] = useState(reason)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={440}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button {...look} kind={look.kind === 'danger-line' ? 'danger' : 'primary'} onClick={() => onAct(written.trim() || reason)}>
            {action}
          </Button>
        </>
      }
    >
      <Field label="Reason" help="Stands in the release history and the audit log.">
        {({ id, describedBy }) => (
          <TextArea
            id={id}
            rows={3}
            maxLength={500}
            autoFocus
            value={written}
            aria-describedby={describedBy}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setWritten(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
