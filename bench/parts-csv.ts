import { readFileSync } from 'node:fs'

/** The fields of a small CSV file (RFC 4180) one after the other, its header among them. */
export function readFields(file: string): string[] {
  const fields = readFileSync(file, 'utf8').matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)
  return Array.from(fields, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}
