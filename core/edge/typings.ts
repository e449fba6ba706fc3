import { answersNumber } from '#core/model/signature'
import type { EdgeManifest } from './manifest'

/** The TypeScript declarations of a bundle's client: records and labels of this very model. */
export function edgeTypings({ deployment, version, signature, classes }: EdgeManifest): string {
  const fields = signature.inputs.map(
    ({ name, type }) =>
      `  ${JSON.stringify(name)}: ${type === 'number' ? 'number' : type === 'category' ? 'string | number | boolean' : 'string'} | null`,
  )
  const answer = answersNumber(signature)
    ? '{ id: string; value: number; interval: { low: number; high: number; share: number } }'
    : '{ id: string; label: Label; confidence: number; probabilities: Record<Label, number> }'
  return `/** ${deployment} ${version}, as published. Null in a record means: not known. */
export type Input = {
${fields.join('\n')}
}
${answersNumber(signature) ? '' : `export type Label = ${classes.map((name) => JSON.stringify(name)).join(' | ') || 'string'}\n`}export type Answer = ${answer}

/** A model that answers where it was loaded: no record leaves the page. */
export type EdgeModel = {
  readonly classes: readonly string[]
  /** Answers records in their order. */
  predict(records: readonly Input[]): Promise<Answer[]>
  /** Frees the model's memory; it answers no more. */
  close(): Promise<void>
}

/** Loads model.onnx with onnxruntime-web's files, which lie in the folder \`runtime\` (with a slash at its end). */
export function openEdgeModel(files: { model: string; runtime: string }): Promise<EdgeModel>

export type EdgeReports = {
  /** Remembers predictions until they are sent; 5,000 at most. */
  add(records: readonly Input[], answers: readonly Answer[]): void
  waiting(): number
  /** Sends what waits in batches. What cannot be sent goes on waiting; a batch that is sent twice counts once. */
  flush(): Promise<{ sent: number; problem: string | null }>
}

/** Reports predictions to the gateway, where they show as made at the edge. \`store\` is localStorage, or anything like it. */
export function openEdgeReports(options: {
  gateway: string
  deployment: string
  version: string
  key: string
  store: { getItem(key: string): string | null; setItem(key: string, value: string): void }
}): EdgeReports
`
}
