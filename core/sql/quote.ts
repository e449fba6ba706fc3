/** `name` as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** `text` as an SQL string. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
