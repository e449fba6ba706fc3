import { Card } from '#components/ui/card'

/** Sentences that people should read with the figures; nothing where there are none. */
export function Notes({ title, notes }: { title: string; notes: readonly string[] | undefined }) {
  if (!notes || notes.length === 0) return null
  return (
    <Card title={title}>
      <ul className="col gap-1">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Card>
  )
}
