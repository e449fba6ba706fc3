import { type ShownStatus, StatusIcon, statusLook } from '#components/ui/status'
import type { KeyStatus } from '#core/keys/key-status'

const looks: Record<KeyStatus, ShownStatus> = {
  'in force': 'done',
  'expires soon': 'waiting',
  replaced: 'stale',
  expired: 'failed',
  revoked: 'stale',
}

/** How a key stands, by shape and word. */
export function KeyStatusBadge({ status }: { status: KeyStatus }) {
  const look = looks[status]
  return (
    <span className="badge" data-st={statusLook(look)}>
      <StatusIcon status={look} label={null} />
      {status}
    </span>
  )
}
