import type { z } from 'zod'
import type { Task } from '#core/estimators/define'
import type { SmallerMeasured } from '#core/model/smaller'
import type { Role } from '#core/people/roles'
import type { Column } from '#core/ports/columns'
import type { PortKind, PortValue } from '#core/ports/kinds'
import type { LoadReport, Report } from '#core/reports/report'
import type { Search, TrialTask } from '#core/tune/search'
import type { SearchTrial } from '#core/tune/trial'
import type { FoldThreads } from '#ml/validate/fold-work'

/** Palette groups, in palette order; each has one hue. */
export const categories = ['collect', 'prepare', 'features', 'learn', 'validate', 'release', 'flow'] as const
export type Category = (typeof categories)[number]

export type Port<K extends PortKind = PortKind> = { kind: K; label: string; optional?: boolean }
export type Ports = Record<string, Port>

/**
 * How the inspector should draw a param, where its zod type alone does not say: zod `.meta({...})`.
 * `title` and `description` are the label and the one-line help; `example` the one example.
 */
export type ParamMeta = {
  title?: string
  description?: string
  example?: string
  /** `column`, `columns`: pickers that know the upstream columns (of the port named by `of`, the first table input by default). */
  control?:
    | 'column'
    | 'columns'
    | 'data-set'
    | 'onnx-file'
    | 'sql'
    | 'slider'
    | 'rules'
    | 'checks'
    | 'textarea'
    | 'model-name'
    | 'deployment-name'
    | 'role'
    | 'space'
  of?: string
  /** Only columns of these types are offered. */
  types?: readonly Column['type'][]
  unit?: string
  /** Values that a text often has; offered, never asked for. */
  suggest?: readonly string[]
  /** Shown only when the other param has one of the values. */
  when?: { param: string; is: readonly unknown[] }
  advanced?: boolean
}

export type StageSpec<T extends string = string, P extends z.ZodObject = z.ZodObject, I extends Ports = Ports, O extends Ports = Ports> = {
  type: T
  /** Raise it when the same params and inputs would give other outputs. */
  version: number
  title: string
  /** One plain sentence for the palette. */
  summary: string
  category: Category
  /** Icon name of lucide, in kebab case. */
  icon: string
  params: P
  inputs: I
  outputs: O
  /** Words by which search finds it as well. */
  keywords?: readonly string[]
  /** May run again after a lost process or a passing failure. Default true; false for stages with effects outside. */
  idempotent?: boolean
  /** `always` looks again at each run, for example because a URL may hold something new. Default `never`. */
  volatile?: 'always' | 'never'
  /** The same, where it depends on the params; wins over `volatile`. */
  volatileFor?(params: z.output<P>): boolean
  /** Seconds after which the stage process is killed. Default 3600. */
  timeoutSeconds?: number
  /** Memory cap of the stage process. Default 4096. */
  memoryMb?: number
  /** Asks a person of this role before the run starts, and waits for the answer, for days if need be. */
  approval?(params: z.output<P>): { question: string; role: Role; hours: number; fallback: 'approve' | 'reject' }
  /**
   * The stage ends a search: before its run the engine tries settings, each as durable work of its own (the stage's trial).
   * The run then reads what they scored. `budget` are the params on which no score hangs: with others of them a search goes on.
   */
  search?: { of(params: z.output<P>): Search; budget: readonly string[] }
  /** What the stage does in one line of words, from its params: "tf-idf of body, 1-2 words". */
  describe(params: z.output<P>): string
  /**
   * Columns of each table output as far as they are known before a run, for column pickers downstream. Default: those of the first
   * table input. Undefined for an output: those of the last run. `models` says what the models on model inputs answer, where that is known.
   */
  columns?(
    params: z.output<P>,
    inputs: Record<string, readonly Column[] | undefined>,
    models: Record<string, Task | undefined>,
  ): Record<string, readonly Column[] | undefined>
  /** What is wrong with these params given the upstream columns, before a run. */
  check?(params: z.output<P>, inputs: Record<string, readonly Column[] | undefined>): { param: string; message: string }[]
  /** Old params of an earlier version -> params of this one. Stored graphs always open. */
  migrate?(params: Record<string, unknown>, fromVersion: number): Record<string, unknown>
}

/** Whether the stage must look again although the cache holds its result. */
export const isVolatile = (spec: StageSpec, params: Record<string, unknown>): boolean =>
  spec.volatileFor?.(params) ?? spec.volatile === 'always'

type SpecInput<T extends string, P extends z.ZodObject, I extends Ports, O extends Ports> = StageSpec<T, P, I, O>

/** Declares what a stage is. Pure data: safe in the browser, the API and the worker. */
export const defineStage = <const T extends string, P extends z.ZodObject, const I extends Ports, const O extends Ports>(
  spec: SpecInput<T, P, I, O>,
): StageSpec<T, P, I, O> => spec

export type Values<P extends Ports> = {
  [K in keyof P as P[K] extends { optional: true } ? never : K]: PortValue<P[K]['kind']>
} & { [K in keyof P as P[K] extends { optional: true } ? K : never]?: PortValue<P[K]['kind']> }

/** One telling figure on the node after the run: "48,102 rows", "F1 0.902". */
export type NodeFigure = { value: number | string; label: string }

/** Typed, dense columns of one table in memory. Missing: '' with `missing` bit for text, NaN for numbers. */
export type ColumnData = { type: 'text'; values: string[]; missing: Uint8Array } | { type: 'number'; values: Float64Array }

/** What is read of a table to add columns to it, which ones, and which of the old ones stay. */
export type ExtendShape = { reads: readonly string[]; adds: readonly Column[]; keep?: readonly string[] | undefined }

/** `rows` rows of a table from row `from` on. */
export type TableChunk = { columns: Record<string, ColumnData>; from: number; rows: number }

/** Values of the added columns, one list a column, for the rows of a chunk. It must depend on nothing but the chunk. */
export type AnswerChunk = (chunk: TableChunk) => Promise<readonly ArrayLike<string | number | boolean | null>[]>

export type NewTable = { artifact: string; rows: number; bytes: number; columns: Column[]; stats: string }

/** Raw columns by name: strings for text and category inputs ('' is missing), numbers for number inputs (NaN is missing). */
export type OnnxInputs = Record<string, readonly string[] | Float32Array>

/** `probabilities` is row by row, one value per class. */
export type ClassAnswers = { task: 'classification'; labels: string[]; probabilities: Float32Array }
/** A number a row. */
export type NumberAnswers = { task: 'regression'; values: Float32Array }
export type OnnxAnswers = ClassAnswers | NumberAnswers

/** A loaded .onnx file. */
export type OnnxModel = { run(inputs: OnnxInputs, rows: number): Promise<OnnxAnswers>; close(): Promise<void> }

/** `native` is what the gateway runs, `web` (wasm) what the browser runs. */
export type OnnxRuntime = 'native' | 'web'

/**
 * All a run may touch. The engine builds it inside the stage process; tests build one on a temporary folder.
 * Nothing here gives a stage the database: `call` asks the worker, which checks and writes.
 */
export type StageContext = {
  artifacts: {
    /** Path of the artifact on local disk, for readers that stream. */
    path(hash: string): Promise<string>
    read(hash: string): Promise<Uint8Array>
    /** Stores bytes and returns their sha256; storing the same bytes twice is one artifact. */
    write(bytes: Uint8Array | string): Promise<string>
    /** Takes over a finished file (moved, not copied). */
    adopt(file: string): Promise<string>
  }
  tables: {
    /** Runs one SELECT over named tables (hash by view name) and writes the result. Rows keep their order unless the SQL orders. */
    query(sql: string, inputs: Record<string, string>, options?: { sandbox?: boolean; params?: readonly unknown[] }): Promise<NewTable>
    /** Runs one SELECT and returns the rows as objects; for small answers. */
    rows<T extends Record<string, unknown>>(sql: string, inputs: Record<string, string>, params?: readonly unknown[]): Promise<T[]>
    /** Loads whole columns into memory, in row order. */
    read(table: string, columns: readonly string[]): Promise<Record<string, ColumnData>>
    /** Writes rows given as columns, in order. */
    write(columns: readonly { column: Column; values: ArrayLike<string | number | boolean | null> }[]): Promise<NewTable>
    /** Replaces columns of a table (same rows, same order), keeping the others. */
    replace(table: string, columns: readonly { column: Column; values: ArrayLike<string | number | boolean | null> }[]): Promise<NewTable>
    /**
     * Adds columns to a table of any size in bounded memory: `answer` gets a few thousand rows at a time, in order, of the columns
     * that it reads, and gives the values of the columns `adds`. The result has the columns `keep` (all by default) and those; one
     * of the same name is replaced.
     */
    extend(table: string, shape: ExtendShape, answer: AnswerChunk): Promise<NewTable>
    /** Reads a CSV, TSV, JSON or Parquet file (told apart by its content) into a table. `name` is what sentences call it. */
    load(
      file: string,
      options: { name: string; progress?: (done: number, total: number, doing: string) => void },
    ): Promise<{ table: NewTable; report: LoadReport }>
  }
  /** Loads a .onnx file in one of the two runtimes; server/onnx/run-model.ts. Close it when done. */
  onnx: { open(model: Uint8Array, runtime: OnnxRuntime): Promise<OnnxModel> }
  /** Stores a report and returns the port value. */
  report(title: string, report: Report, figures?: PortValue<'report'>['figures']): Promise<PortValue<'report'>>
  /** Asks the worker; see server/engine/calls.ts for what it answers. */
  call: StageCalls
  log(level: 'info' | 'warn' | 'error', text: string): void
  /** `done` of `total` units, and what is being done now. Throttled by the engine. */
  progress(done: number, total: number, doing?: string): void
  /** The figure on the node. */
  figure(figure: NodeFigure): void
  /** Derives from the workflow's seed. Uniform in [0, 1). */
  random(): number
  seed: number
  /** Milliseconds since 1970. Only for durations and for records of when; never for results. */
  now(): number
  /** A named secret, or an AppError that says where to set it. */
  secret(name: string): Promise<string>
  /** A fresh folder that is removed when the stage ends. */
  scratch: string
  signal: AbortSignal
  /** More processor for folds; null where there is none to spare. The same bytes with and without. */
  threads: FoldThreads | null
  /** What the operator of this machine allows; server/env.ts. */
  settings: { privateUrls: boolean }
  /** This stage run's identity, for records. */
  stage: { id: string; title: string; runId: string; workflow: string }
}

/** The few things a stage may ask of the rest of the house. */
export type StageCalls = {
  dataSetVersion(ref: {
    dataSet: string
    version?: number
  }): Promise<{ artifact: string; rows: number; bytes: number; columns: Column[]; stats: string; name: string; version: number }>
  registerModel(input: {
    name: string
    model: PortValue<'model'>
    report?: PortValue<'report'>
    sample?: PortValue<'table'>
    aliases: string[]
    description: string
    /** Of a model whose weights are int8. */
    int8?: { measured: SmallerMeasured; of: string | null }
  }): Promise<{ versionId: string; version: number }>
  deployModel(input: {
    deployment: string
    versionId: string
    sample?: string
    lowConfidence: number
    /** A canary judges itself; a first version takes all traffic in any case. */
    strategy: 'all-at-once' | 'canary'
    reason: string
  }): Promise<{ release: number }>
  /** Of a stage that searches: its trials. */
  searchTrials(): Promise<SearchTrial[]>
  /** Of a trial: tells the score of fold `fold` of `folds`, and learns whether to leave out the others. Told twice, it counts once. */
  trialScore(input: { fold: number; folds: number; score: number }): Promise<{ stop: boolean }>
}

export type StageRun<S extends StageSpec> = (args: {
  params: z.output<S['params']>
  inputs: Values<S['inputs']>
  ctx: StageContext
}) => Promise<Values<S['outputs']>>

/** Declares what a stage does. Worker only. */
export const defineRun = <S extends StageSpec>(_spec: S, run: StageRun<S>): StageRun<S> => run

export type TrialRun<S extends StageSpec> = (args: {
  params: z.output<S['params']>
  inputs: Values<S['inputs']>
  ctx: StageContext
  trial: TrialTask
}) => Promise<void>

/** Declares what a trial of a stage that searches does: it tells its scores by `ctx.call.trialScore`. Worker only. */
export const defineTrial = <S extends StageSpec>(_spec: S, run: TrialRun<S>): TrialRun<S> => run
