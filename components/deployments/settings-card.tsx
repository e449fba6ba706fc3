'use client'

import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'

/** How the release serves and what is kept, as pairs of words, with the sheet to change it. */
export function SettingsCard({ facts, onEdit }: { facts: readonly { name: string; value: string }[]; onEdit(): void }) {
  return (
    <Card
      title="Settings"
      note="a change makes a new release"
      end={
        <Button kind="quiet" size="sm" onClick={onEdit}>
          Edit settings
        </Button>
      }
    >
      <dl className="settings-facts">
        {facts.map(({ name, value }) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
