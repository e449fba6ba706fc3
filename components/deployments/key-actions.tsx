'use client'

import { useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { isKeyInForce } from '#core/keys/key-status'
import type { KeyView } from '#core/keys/key-views'
import { LimitsDialog, RevokeDialog, RotateDialog } from './key-dialogs'

/** What an admin can do with a key that still works; nothing with one that does not. */
export function KeyActions({ shown, now, onChanged }: { shown: KeyView; now: Date; onChanged(): void }) {
  const refusal = useRefusal('admin')
  const [opened, setOpened] = useState<'rotate' | 'limits' | 'revoke' | null>(null)
  const dialog = { shown, onChanged, onClose: () => setOpened(null) }
  const replaced = shown.replacedBy ? `It was rotated already: rotate the key that took its place (${shown.replacedByPrefix}…).` : null
  return (
    <>
      {isKeyInForce(shown, now) ? (
        <>
          <Button size="sm" kind="quiet" refusal={refusal ?? replaced} onClick={() => setOpened('rotate')}>
            Rotate
          </Button>
          <Button size="sm" kind="quiet" refusal={refusal} onClick={() => setOpened('limits')}>
            Edit limits
          </Button>
          <Button size="sm" kind="danger-line" refusal={refusal} onClick={() => setOpened('revoke')}>
            Revoke
          </Button>
        </>
      ) : null}
      {opened === 'rotate' ? <RotateDialog {...dialog} /> : null}
      {opened === 'limits' ? <LimitsDialog {...dialog} /> : null}
      {opened === 'revoke' ? <RevokeDialog {...dialog} /> : null}
    </>
  )
}
