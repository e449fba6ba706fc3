import type { Origin } from '#core/ports/kinds'
import type { Param } from './describe-recipe'

/** Where an imported model came from, as names and values that people compare. */
export function describeOrigin({ name, producer, opset, columns, output, answer: { form, width } }: Origin): Param[] {
  return [
    { name: 'imported from', value: name },
    { name: 'written by', value: producer === '' ? 'not said in the file' : producer },
    ...(opset === null ? [] : [{ name: 'opset', value: String(opset) }]),
    { name: 'columns', value: columns.join(', ') },
    ...(output === '' ? [] : [{ name: 'output', value: output }]),
    { name: 'numbers of the file', value: form === 'number' ? 'the answer' : `${width === 1 ? 'one' : width} a row, ${form}` },
  ]
}

/** What stands where a trained model has its estimator: "imported from churn.onnx (skl2onnx 1.16.0, opset 17)". */
export function originWords({ name, producer, opset }: Pick<Origin, 'name' | 'producer' | 'opset'>): string {
  const facts = [producer, opset === null ? '' : `opset ${opset}`].filter((each) => each !== '')
  return `imported from ${name}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
}
