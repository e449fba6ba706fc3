'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Field, TextInput } from '#components/ui/field'
import { Segmented } from '#components/ui/segmented'
import type { NamedRange } from '#core/monitor/range'
import type { MonitorChoice } from './use-view.ts'

const words: Record<NamedRange, string> = { '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d', '30d': '30 d' }

/** The named ranges, and a dialog for any other. */
export function RangePicker({ range, onChange }: { range: MonitorChoice['range']; onChange(range: MonitorChoice['range']): void }) {
  const [isOpen, setOpen] = useState(false)
  const options = [...Object.entries(words).map(([value, label]) => ({ value, label })), { value: 'custom', label: 'Custom' }]
  return (
    <>
      <Segmented
        label="Range"
        value={typeof range === 'string' ? range : 'custom'}
        options={options}
        onChange={(value) => {
          const named = (Object.keys(words) as NamedRange[]).find((one) => one === value)
          if (named) onChange(named)
          else setOpen(true)
        }}
      />
      {isOpen ? <CustomRange range={range} onClose={() => setOpen(false)} onChange={onChange} /> : null}
    </>
  )
}

function CustomRange({
  range,
  onClose,
  onChange,
}: {
  range: MonitorChoice['range']
  onClose(): void
  onChange(range: MonitorChoice['range']): void
}) {
  const [initial] = useState(() => (typeof range === 'string' ? { from: new Date(Date.now() - 3_600_000), to: new Date() } : range))
  const [from, setFrom] = useState(toLocal(initial.from))
  const [to, setTo] = useState(toLocal(initial.to))
  const [start, end] = [new Date(from), new Date(to)]
  const wrong = !(start < end) ? 'The end must be after the start.' : null
  const apply = () => {
    if (wrong) return
    onChange({ from: start, to: end })
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Custom range"
      description="In your time zone. The page then stands still instead of following the clock."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" refusal={wrong} onClick={apply}>
            Show range
          </Button>
        </>
      }
    >
      <div className="col gap-3">
        <Field label="From">
          {({ id }) => <TextInput id={id} type="datetime-local" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />}
        </Field>
        <Field label="To" error={wrong}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              type="datetime-local"
              value={to}
              invalid={invalid}
              aria-describedby={describedBy}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  )
}

/** What an input of type datetime-local takes: no zone, minutes. */
function toLocal(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
