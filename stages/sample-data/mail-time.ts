const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Minutes east of Greenwich of the names that mail of the time used. */
const zones: Readonly<Record<string, number>> = { EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420 }

/**
 * What a Date header says: the moment, and the hour on the sender's clock. Read by hand, because JavaScript reads a date
 * without a zone in the zone of the machine, and then the same mail would give another table elsewhere. A zone that nobody
 * knows counts as Greenwich.
 */
export function mailTime(header: string): { ms: number | null; hour: number | null } {
  const clock = /\b(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?/.exec(header)
  const hour = clock && Number(clock[1]) < 24 ? Number(clock[1]) : null
  const day = /\b(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4}|\d{2})\b/i.exec(header)
  const month = months.indexOf(day?.[2]?.toLowerCase() ?? '')
  if (clock === null || hour === null || day === null || month === -1) return { ms: null, hour }
  const ms = Date.UTC(fullYear(Number(day[3])), month, Number(day[1]), hour, Number(clock[2]), Number(clock[3] ?? 0))
  return { ms: ms - zoneMinutes(header.slice(clock.index + clock[0].length)) * 60_000, hour }
}

/** Two digits as mail readers take them (RFC 5322, 4.3). */
const fullYear = (year: number): number => (year >= 100 ? year : year < 50 ? 2000 + year : 1900 + year)

function zoneMinutes(rest: string): number {
  const offset = /^\s*\+?([+-])(\d{2}):?(\d{2})\b/.exec(rest)
  if (offset) return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
  return zones[/^\s*([A-Z]{3,4})\b/.exec(rest)?.[1] ?? ''] ?? 0
}
