/**
 * An entry of the audit log in words: "release: 1 → 2; routes: v1 100 % → v1 80 %, v2 20 %". Only what changed is said;
 * what was made or removed is said as it was. The whole of it stays readable as JSON.
 */
export function changeWords(before: unknown, after: unknown): string {
  if (!isRecord(before) || !isRecord(after)) {
    const only = after ?? before
    return isRecord(only) ? fieldsOf(only).join('; ') : only === null || only === undefined ? '' : valueWords(only)
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => Object.hasOwn(before, key) && Object.hasOwn(after, key))
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${keyWords(key)}: ${valueWords(before[key])} → ${valueWords(after[key])}`)
    .concat(fieldsOf(Object.fromEntries(Object.entries(after).filter(([key]) => !Object.hasOwn(before, key)))))
    .join('; ')
}

/** What the entry is about: names whole, ids as short as they can still be told apart. */
export function objectWords(id: string): string {
  return isId(id) ? id.slice(0, 8) : id
}

const longestWords = 60

function fieldsOf(record: Record<string, unknown>): string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => `${keyWords(key)}: ${valueWords(value)}`)
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return isId(value) ? value.slice(0, 8) : cut(value)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : cut(value.map(valueWords).join(', '))
  if (typeof value === 'number') return String(Math.round(value * 1e4) / 1e4)
  if (!isRecord(value)) return String(value)
  if (typeof value.name === 'string' && typeof value.value === 'number') return `${value.name} ${valueWords(value.value)}`
  if (typeof value.weight === 'number') return `${armName(value)} ${value.weight} %`
  const fields = Object.entries(value)
  return fields.length === 0 ? 'none' : cut(fields.map(([key, each]) => `${keyWords(key)} ${valueWords(each)}`).join(', '))
}

/** One arm of a release. Entries of before versions were written down know its id only. */
function armName({ version, versionId }: Record<string, unknown>): string {
  return typeof version === 'number' ? `v${version}` : valueWords(versionId)
}

/** "lowConfidence" as people write it: "low confidence". */
function keyWords(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text) || /^[0-9a-f]{64}$/.test(text)
}

function cut(text: string): string {
  return text.length > longestWords ? `${text.slice(0, longestWords)}…` : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
