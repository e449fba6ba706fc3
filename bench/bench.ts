/** One measured figure, with what it is held against. */
export type Figure = { name: string; value: number; unit: string; bar?: string }

export type BenchResult = {
  /** One sentence: what was measured, and how. */
  what: string
  figures: Figure[]
  /** Bars that this machine did not reach; an empty list is a pass. */
  missed: string[]
  /** A peer that is not installed, for example. */
  note?: string
}

/** What every benchmark file exports. */
export type BenchModule = { run(): Promise<BenchResult> }

const frame = new Set(['main', 'bench', 'write-section'])

/** The benchmark in a file of this name, or null for the frame's own files, tests and what benchmarks share (`parts-…`). */
export function benchModuleName(file: string): string | null {
  const name = /^([a-z0-9-]+)\.ts$/.exec(file)?.[1]
  return name && !frame.has(name) && !name.startsWith('parts-') ? name : null
}
