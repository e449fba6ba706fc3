import type { Column } from '#core/ports/columns'

type Problem = { param: string; message: string }

/** Problems of a param that names one column: not chosen, not there, or of a type that does not fit. Unknown upstream columns are no problem. */
export function checkColumn(
  param: string,
  name: string,
  columns: readonly Column[] | undefined,
  { what, types }: { what: string; types?: readonly Column['type'][] },
): Problem[] {
  if (name === '') return [{ param, message: `Choose ${what}.` }]
  return checkColumns(param, [name], columns, { what, ...(types && { types }) })
}

/** The same for a param that names several columns; at least one must be chosen. */
export function checkColumns(
  param: string,
  names: readonly string[],
  columns: readonly Column[] | undefined,
  { what, types }: { what: string; types?: readonly Column['type'][] },
): Problem[] {
  if (names.length === 0) return [{ param, message: `Choose ${what}.` }]
  if (columns === undefined) return []
  return names.flatMap((name) => {
    const column = columns.find((c) => c.name === name)
    if (!column) return [{ param, message: `There is no column "${name}"; there are ${listWords(columns.map((c) => c.name))}.` }]
    if (types && !types.includes(column.type)) {
      return [{ param, message: `Column "${name}" is ${column.type}; this needs ${types.join(' or ')}.` }]
    }
    return []
  })
}

/** A table's columns with some more; one of the same name is replaced in its place, as when a table is written. */
export function withColumns(columns: readonly Column[], added: readonly Column[]): Column[] {
  const fresh = new Map(added.map((column) => [column.name, column]))
  const kept = columns.map((column) => fresh.get(column.name) ?? column)
  return [...kept, ...added.filter(({ name }) => !columns.some((column) => column.name === name))]
}

/** "a, b and 3 more", for sentences. */
export function listWords(words: readonly string[], most = 8): string {
  if (words.length === 0) return 'none'
  return words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`
}
