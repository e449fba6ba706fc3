import { AppError } from '#core/errors/app-error'
import type { OutsideModel } from './outside-model'
import { notOnnx } from './read-protobuf'

/** The newest formats that onnxruntime 1.30 reads, natively and in browsers, and the oldest in which we can wrap a graph. */
export const readable = {
  irVersion: 13,
  opsets: new Map([
    ['', { from: 9, to: 26 }],
    ['ai.onnx.ml', { from: 1, to: 5 }],
    ['com.microsoft', { from: 1, to: 1 }],
  ]),
}

/** Refuses a file that neither runtime could load, in words that say what to change at the export. Throws AppError `bad_file`. */
export function checkOutside(model: OutsideModel): void {
  if (model.irVersion === 0 || model.nodes.length === 0 || model.outputs.length === 0) throw notOnnx()
  if (model.hasExternalData) {
    throw wrongFile(
      'The .onnx file keeps its weights in another file beside it. Save it as one file: onnx.save(model, path, save_as_external_data=False), or in PyTorch torch.onnx.export(…, external_data=False).',
    )
  }
  if (model.irVersion > readable.irVersion) {
    throw wrongFile(
      `The .onnx file has format version ${model.irVersion}; the runtimes read up to ${readable.irVersion}. Export it with an older version of onnx.`,
    )
  }
  checkOperators(model)
  checkOpsets(model)
  const odd = model.inputs.find(({ kind }) => kind !== 'tensor')
  if (odd) {
    throw wrongFile(
      `The input "${odd.name}" of the model is a ${odd.kind === 'other' ? 'value' : odd.kind}, not a tensor; rows of a table cannot be given to it. Export the model without its ${odd.kind === 'map' ? 'DictVectorizer' : 'first step'}.`,
    )
  }
}

function checkOpsets({ opsets }: OutsideModel): void {
  for (const [domain, { from, to }] of readable.opsets) {
    const version = opsets.get(domain)
    if (version === undefined || (version >= from && version <= to)) continue
    throw wrongFile(
      `The .onnx file uses version ${version} of the ${domainWords(domain)} (opset); Stageline reads ${from === to ? String(from) : `${from} to ${to}`}. Export it again with an opset between, for example target_opset=${Math.min(to, 21)}.`,
    )
  }
}

function checkOperators({ operators, functions }: OutsideModel): void {
  const brought = new Set(functions.map(({ domain }) => domain))
  const unknown = operators.filter(({ domain }) => !readable.opsets.has(domain) && !brought.has(domain))
  if (unknown.length === 0) return
  const names = unknown.slice(0, 5).map(({ domain, name }) => `${domain}.${name}`)
  throw wrongFile(
    `The .onnx file uses operators that the runtimes do not have: ${names.join(', ')}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''}. Export the model with standard operators only (ai.onnx, ai.onnx.ml).`,
  )
}

const domainWords = (domain: string) => (domain === '' ? 'standard operators' : `operators of ${domain}`)

const wrongFile = (detail: string) => new AppError('bad_file', { detail, hint: { param: 'file' } })
