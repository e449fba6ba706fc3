/** When a key ends, as it stands in the form: never, after some days, or at the end of a day. */
export type ExpiryDraft = { choice: 'never' | '30' | '90' | '365' | 'date'; date: string }

export const expiryChoices: readonly { value: ExpiryDraft['choice']; label: string }[] = [
  { value: 'never', label: 'never' },
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
  { value: 'date', label: 'at the end of a day…' },
]

/** The moment that the form says (null for never), or what is wrong with it. Days end where the reader is. */
export function readExpiry({ choice, date }: ExpiryDraft, now: Date): { at: Date | null; error: string | null } {
  if (choice === 'never') return { at: null, error: null }
  if (choice !== 'date') return { at: new Date(now.getTime() + Number(choice) * 86_400_000), error: null }
  const at = /^\d{4}-\d\d-\d\d$/.test(date) ? new Date(`${date}T23:59:59.999`) : new Date(Number.NaN)
  if (Number.isNaN(at.getTime())) return { at: null, error: 'Choose the last day on which the key works.' }
  return at <= now ? { at: null, error: 'This day is over. Choose one to come.' } : { at, error: null }
}
