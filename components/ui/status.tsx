import type { ReactNode } from 'react'
import type { Status } from '#core/runs/status'
import { cx } from './cx.ts'

/** What the interface knows of a stage: its status, or that its result no longer holds. */
export type ShownStatus = Status | 'stale'

/** The seven shapes; failure words share one shape and differ in their word. */
const looks: Record<ShownStatus, { look: string; word: string }> = {
  queued: { look: 'queued', word: 'queued' },
  running: { look: 'running', word: 'running' },
  waiting: { look: 'waiting', word: 'waits for a person' },
  done: { look: 'done', word: 'done' },
  cached: { look: 'cached', word: 'cached' },
  failed: { look: 'failed', word: 'failed' },
  crashed: { look: 'failed', word: 'crashed' },
  timed_out: { look: 'failed', word: 'timed out' },
  cancelled: { look: 'stale', word: 'cancelled' },
  skipped: { look: 'stale', word: 'skipped' },
  stale: { look: 'stale', word: 'stale' },
}

export function statusWord(status: ShownStatus): string {
  return looks[status].word
}

/** The `data-st` value that colours a node, badge or banner. */
export function statusLook(status: ShownStatus): string {
  return looks[status].look
}

/** Shape and colour of a status, with its word for those who do not see it; null where the word stands beside it. */
export function StatusIcon({ status, className, label }: { status: ShownStatus; className?: string; label?: string | null }) {
  const { look, word } = looks[status]
  return (
    <svg
      className={cx('st', look === 'running' && 'spin', className)}
      data-st={look}
      viewBox="0 0 16 16"
      aria-hidden={label === null}
      role="img"
      aria-label={label ?? word}
    >
      {shapes[look]}
    </svg>
  )
}

/** Shape and word in a small tinted box. */
export function StatusBadge({ status, children }: { status: ShownStatus; children?: ReactNode }) {
  return (
    <span className="badge" data-st={statusLook(status)}>
      <StatusIcon status={status} label={children ? statusWord(status) : null} />
      {children ?? statusWord(status)}
    </span>
  )
}

const shapes: Record<string, ReactNode> = {
  queued: <circle cx="8" cy="8" r="5.7" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5.7" opacity=".25" />
      <path d="M8 2.3A5.7 5.7 0 0 1 13.7 8" />
    </>
  ),
  done: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" stroke="none" />
      <path d="M5.3 8.2l1.9 1.9 3.5-4" stroke="var(--bg-surface)" />
    </>
  ),
  cached: <path d="M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z" fill="currentColor" strokeWidth="1.2" />,
  failed: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" stroke="none" />
      <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" stroke="var(--bg-surface)" />
    </>
  ),
  waiting: (
    <path
      d="M5.3 8V3.8a1 1 0 0 1 2 0V7.3M7.3 6.8V2.7a1 1 0 0 1 2 0v4.6M9.3 7.3V3.8a1 1 0 0 1 2 0v5.5c0 2.8-1.3 4.9-4 4.9-2 0-3-1-4-3L2.1 9a.95.95 0 0 1 1.6-1L5.3 9.4"
      strokeWidth="1.3"
    />
  ),
  stale: <circle cx="8" cy="8" r="5.7" strokeDasharray="2.4 2.1" />,
}
