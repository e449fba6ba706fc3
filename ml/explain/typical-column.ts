import type { TrainColumn } from '#ml/pipeline/data'

/**
 * A column [rows] that holds nothing but the typical value of Background, in the type of `like`: a typical moment is a text, and
 * tables hold moments as milliseconds since 1970 too. '' and NaN are missing.
 */
export function typicalColumn(like: TrainColumn, value: string | number, rows: number): TrainColumn {
  if (like.type === 'text') {
    return { type: 'text', values: new Array<string>(rows).fill(String(value)), missing: new Uint8Array(rows).fill(value === '' ? 1 : 0) }
  }
  const number = typeof value === 'number' ? value : value === '' ? Number.NaN : Date.parse(value)
  return { type: 'number', values: new Float64Array(rows).fill(number) }
}
