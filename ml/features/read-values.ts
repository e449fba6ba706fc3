import type { TrainColumns } from '#ml/pipeline/data'
import type { RawValues } from './fit-plan'
import type { FeatureBlock } from './fitted-features'
import { hashTerms } from './hash-terms'
import { readLists } from './list-block'
import { type NumberSource, numberReader } from './number-source'
import { columnOf, textsOf, wordsOf } from './raw-columns'
import { joinCategories } from './read-raw-columns'
import { TermCounter } from './term-counter'
import { wordForm } from './vectors-block'

/** What each fitted block reads of new rows; n-grams that the training has not seen are left out. */
export function readValues(blocks: readonly FeatureBlock[], columns: TrainColumns): RawValues[] {
  const numbersFrom = numberReader(columns)
  return blocks.map((block) => readBlock(block, columns, numbersFrom))
}

function readBlock(block: FeatureBlock, columns: TrainColumns, numbersFrom: (source: NumberSource) => Float32Array): RawValues {
  switch (block.kind) {
    case 'text': {
      const { hashBits } = block
      const counter = hashBits === null ? new TermCounter(block.form, block.table, false) : new TermCounter(block.form)
      for (const text of wordsOf(columnOf(columns, block.name), block.name)) counter.addRow(text)
      const counted = counter.rows()
      return { kind: 'text', counted: hashBits === null ? counted : hashTerms(counted, counter.table, hashBits) }
    }
    case 'category': {
      const values = joinCategories(columns, block.from)
      return { kind: 'category', values, codes: Int32Array.from(values, (_, row) => row) }
    }
    case 'list':
      return readLists(textsOf(columnOf(columns, block.name)), block.separator)
    case 'number':
      return { kind: 'number', values: numbersFrom(block.source) }
    case 'vectors': {
      const counter = new TermCounter(wordForm(block.lowercase), block.table, false)
      for (const text of wordsOf(columnOf(columns, block.name), block.name)) counter.addRow(text)
      return { kind: 'vectors', counted: counter.rows() }
    }
    case 'selection':
      return block
    case 'components':
      return { kind: 'components', before: block.inner.blocks.map((each) => readBlock(each, columns, numbersFrom)) }
  }
}
