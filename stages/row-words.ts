import type { SignatureInput } from '#core/model/signature'
import { textsOf } from '#ml/features/raw-columns'
import type { TrainColumns } from '#ml/pipeline/data'

const most = { characters: 300, columns: 5 }

/** A row in words, for lists of rows: its first text where the model reads one, else the first five columns that it reads. */
export function rowWords(columns: TrainColumns, inputs: readonly SignatureInput[]): (row: number) => string {
  const text = inputs.find(({ type, format }) => type === 'text' && !format)
  const shown = (text ? [text] : inputs.slice(0, most.columns)).flatMap(({ name }) => {
    const column = columns[name]
    return column ? [{ name, values: textsOf(column) }] : []
  })
  return (row) => {
    const parts = shown.map(({ name, values }) => (text ? (values[row] ?? '') : `${name} ${shortened(values[row] ?? '') || '–'}`))
    return parts.join(', ').slice(0, most.characters)
  }
}

/** A number with the digits that tell rows apart. */
function shortened(value: string): string {
  return /^-?\d+\.\d{4,}$/.test(value) ? String(Number(Number(value).toPrecision(4))) : value
}
