const subjects = {
  billing: ['Charged twice in October', 'Invoice shows the wrong address', 'Refund has not arrived', 'Card was declined, but charged'],
  access: ['Cannot sign in after the update', 'Reset link has expired', 'Two-factor code never comes', 'Locked out of the admin account'],
  bug: ['Export stops at 99 %', 'Dashboard is blank in the evening', 'Dates are one day off', 'Upload fails without a message'],
  howto: ['How can a colleague be added', 'Where is the audit log', 'Can reports be sent weekly', 'Which plan has webhooks'],
}
const channels = ['e-mail', 'chat', 'web form']
const plans = ['free', 'team', 'business', '']

/** Support tickets as a help desk exports them, the same each time: texts, categories, numbers, times, and some gaps. */
export function ticketsCsv(rows: number): string {
  const next = random(7)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(next() * from.length)]
  const lines = Array.from({ length: rows }, (_, i) => {
    const [category, texts] = pick(Object.entries(subjects)) ?? ['', []]
    const openedAt = new Date(Date.UTC(2026, 2, 1) + i * 37 * 60_000).toISOString()
    const minutes = next() < 0.06 ? '' : Math.round(8 + 240 * next() ** 3)
    return [`T-${4000 + i}`, openedAt, pick(channels), pick(plans), `"${pick(texts)}"`, minutes, category].join(',')
  })
  return ['ticket,opened_at,channel,plan,subject,minutes_to_answer,category', ...lines].join('\n')
}

/** mulberry32: a small generator, good enough to mix rows. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
