import type { OnnxAttribute, OnnxNode, OnnxTensor, TensorData } from './onnx-model'

/** Collects nodes and constants under names of its own, which begin with a slash so that no column can have them. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = []
  readonly initializers: OnnxTensor[] = []
  private names = 0
  private readonly scalars = new Map<string, string>()

  /** Adds an operator with one output and returns the output's name. */
  add(operator: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}, domain?: OnnxNode['domain']): string {
    return this.addMany(operator, inputs, 1, attributes, domain)[0] ?? ''
  }

  /** Adds an operator with several outputs. */
  addMany(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Record<string, OnnxAttribute> = {},
    domain?: OnnxNode['domain'],
  ): string[] {
    const names = Array.from({ length: outputs }, () => `/${this.names++}`)
    this.nodes.push({ operator, inputs, outputs: names, attributes, ...(domain ? { domain } : {}) })
    return names
  }

  /** Adds an operator whose output has a given name: an output of the model. */
  output(name: string, operator: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): void {
    this.nodes.push({ operator, inputs, outputs: [name], attributes })
  }

  /** A constant tensor. */
  constant(dims: readonly number[], data: TensorData): string {
    const name = `/${this.names++}`
    this.initializers.push({ name, dims, data })
    return name
  }

  /** A vector of whole numbers; the same one is stored once. */
  ints(...values: number[]): string {
    return this.shared(`ints ${values}`, [values.length], BigInt64Array.from(values, BigInt))
  }

  /** A whole number without dimensions. */
  int(value: number): string {
    return this.shared(`int ${value}`, [], BigInt64Array.of(BigInt(value)))
  }

  /** A float without dimensions. */
  float(value: number): string {
    return this.shared(`float ${value}`, [], Float32Array.of(value))
  }

  /** One string, as a vector. */
  text(value: string): string {
    return this.shared(`text ${value}`, [1], [value])
  }

  private shared(key: string, dims: number[], data: TensorData): string {
    const known = this.scalars.get(key)
    if (known !== undefined) return known
    const name = this.constant(dims, data)
    this.scalars.set(key, name)
    return name
  }
}
