import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BatchResult, batchOrderSchema, batchResultSchema } from '#core/batch/order'
import { type Estimator, estimatorSchema } from '#core/estimators/estimators'
import { featureStepSchema, type Plan } from '#core/ports/plan'
import { launchPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import { createJob } from '#db/queries/jobs'
import { getModelVersion } from '#db/queries/model-versions'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { fitClassifier } from '#ml/pipeline/fit-classifier'
import type { FromJob, ToJob } from '#server/engine/jobs/handler'
import { readEnv } from '#server/env'
import { type House, openHouse } from '#server/house'
import { openTables, type Tables } from '#server/tables/open-tables'
import { registerFitted } from '#server/testing/register-fitted'
import { onnxInputs } from '#stages/predict-rows'
import type { BenchResult, Figure } from './bench'
import { wordsOfBanking77 } from './parts-banking77'
import { runDirectly } from './parts-onnx-loop'

/** Rows that the models are trained on, and that the runtime is asked directly for. */
const trainRows = 20_000
const directRows = 200_000
const rows = Number(/--rows=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 10_000_000)
const mostMb = 1_500

const reads = ['amount', 'age', 'plan', 'region', 'note']
const plan: Plan = {
  prepare: [],
  features: [
    featureStepSchema.parse({ kind: 'number', columns: ['amount', 'age'], impute: 'median', indicator: true, scale: 'standard' }),
    featureStepSchema.parse({ kind: 'category', columns: ['plan', 'region'], minRows: 1, maxValues: 50 }),
    { ...wordsOfBanking77, columns: ['note'], words: { min: 1, max: 1 }, maxTerms: 2_000 },
  ],
}
const models = [
  { name: 'logistic regression', estimator: { kind: 'logistic-regression', c: 1 } },
  { name: 'gradient boosting, 30 trees', estimator: { kind: 'gradient-boosting', trees: 30 } },
]

/** The job Batch predict as a worker runs it, in its own process, beside the runtime alone on columns in memory. */
export async function run(): Promise<BenchResult> {
  const what = `Batch predict of ${rows.toLocaleString('en')} rows (two numbers, two categories, a short text, an id; Parquet to Parquet with statistics) by the job's own process; beside it onnxruntime-node alone in a loop over columns in memory (${directRows.toLocaleString('en')} rows, batches of 1,024): an upper bound that reads and writes nothing.`
  const home = makeTemporaryHome('stageline-bench-')
  const postgres = await launchPostgres({ home })
  await migrateDatabase(postgres.url)
  const env = readEnv({ STAGELINE_HOME: home, DATABASE_URL: postgres.url, STAGELINE_LOG_LEVEL: 'silent' })
  const house = openHouse('cli', postgres.url, env)
  const tables = openTables({ artifacts: house.artifacts, scratch: path.join(home, 'scratch'), signal: new AbortController().signal })
  try {
    const table = await tables.query(tableSql(rows), {})
    const figures: Figure[] = [{ name: 'table', value: table.bytes / 2 ** 20, unit: 'MB' }]
    const missed: string[] = []
    for (const { name, estimator } of models) {
      const versionId = await trainModel(house, tables, { name: estimator.kind, estimator: estimatorSchema.parse(estimator) })
      const { result, peakMb } = await runJob(house, versionId, table.artifact)
      const direct = await measureDirectly(house, tables, result)
      figures.push(
        { name: `${name}: rows a second`, value: Math.round(result.rows / result.seconds), unit: '' },
        { name: `${name}: in all`, value: result.seconds, unit: 's' },
        { name: `${name}: peak memory of the process`, value: Math.round(peakMb), unit: 'MB', bar: `<= ${mostMb}` },
        { name: `${name}: onnxruntime alone, rows a second`, value: Math.round(direct), unit: '' },
        { name: `${name}: share of the runtime's pace`, value: result.rows / result.seconds / direct, unit: '' },
      )
      if (peakMb > mostMb) missed.push(`${name}: ${Math.round(peakMb)} MB, the bar is ${mostMb}`)
      if (result.rows !== rows) missed.push(`${name}: ${result.rows} rows were answered`)
    }
    return { what, figures, missed, note: 'Neither scikit-learn nor onnxruntime for Python is installed here, so neither is a peer.' }
  } finally {
    tables.close()
    await house.close()
    await postgres.release()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Values from hashes of the row: the same table on every machine. */
function tableSql(count: number): string {
  const draw = (salt: number) => `((hash(i, ${salt}) % 1000003) / 1000003.0)`
  const word = (salt: number) => `'w' || (hash(i, ${salt}) % 500)`
  return `SELECT i AS id, CASE WHEN ${draw(1)} > 0.05 THEN ${draw(2)} * 1000 END AS amount, floor(${draw(3)} * 80) AS age,
      ['free', 'basic', 'pro', 'team'][1 + (hash(i, 4) % 4)::INTEGER] AS plan, 'r' || (hash(i, 5) % 20) AS region,
      ${[6, 7, 8, 9, 10].map(word).join(" || ' ' || ")} AS note,
      CASE WHEN ${draw(2)} + (hash(i, 4) % 4) / 4.0 + ${draw(11)} / 4 > 1 THEN 'yes' ELSE 'no' END AS label
    FROM range(${count}) r(i) ORDER BY i`
}

async function trainModel(house: House, tables: Tables, { name, estimator }: { name: string; estimator: Estimator }): Promise<string> {
  const sample = await tables.query(tableSql(trainRows), {})
  const { label, ...columns } = await tables.read(sample.artifact, [...reads, 'label'])
  if (label?.type !== 'text') throw new Error('the sample has no labels')
  const pipeline = await fitClassifier({
    columns,
    target: label.values,
    targetName: 'label',
    plan,
    estimator,
    calibration: 'none',
    seed: 1,
  })
  return (await registerFitted(house, { name, pipeline, estimator, table: sample.artifact, rows: trainRows })).versionId
}

async function runJob(house: House, versionId: string, artifact: string): Promise<{ result: BatchResult; peakMb: number }> {
  const id = randomUUID()
  const input = batchOrderSchema.parse({ versionId, source: { kind: 'table', artifact, name: 'bench' } })
  await createJob(house.db, { id, kind: 'batch-predict', subject: 'bench', input, createdBy: null })
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(new URL('../server/engine/jobs/main.ts', import.meta.url), [], {
    execArgv: ['--import', tsx],
    env: { ...process.env, DATABASE_URL: house.databaseUrl, STAGELINE_HOME: house.env.home, STAGELINE_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.send({ kind: 'work', job: { id, kind: 'batch-predict', subject: 'bench', createdBy: null }, input } satisfies ToJob)
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromJob) => {
      if (message.kind === 'progress') {
        if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${message.progress.done} ${message.progress.doing}`)
        return
      }
      const peakMb = highWaterMb(child.pid)
      child.kill('SIGKILL')
      if (message.kind === 'failed') reject(new Error(message.bug?.stack ?? message.error.message))
      else resolve({ result: batchResultSchema.parse(message.result), peakMb })
    })
    child.once('exit', (code) => reject(new Error(`the job's process ended with ${code}`)))
  })
}

/** The most that a living process held, where the system keeps a mark of it. */
function highWaterMb(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    // Only Linux has it.
    return 0
  }
}

/** Rows a second of the runtime alone, once it is seen that the job gave the same answers. */
async function measureDirectly(house: House, tables: Tables, result: BatchResult): Promise<number> {
  const some = await tables.query(`SELECT * FROM t LIMIT ${directRows}`, { t: result.artifact })
  const { predicted, ...columns } = await tables.read(some.artifact, [...reads, 'predicted'])
  const { artifact, signature } = await getModelVersion(house.db, { model: result.model, number: result.version })
  const direct = await runDirectly(await house.artifacts.read(artifact), onnxInputs(signature, columns), some.rows)
  const same = predicted?.type === 'text' && predicted.values.every((label, row) => label === direct.labels[row])
  if (!same) throw new Error('the job answered otherwise than the runtime')
  return direct.rowsPerSecond
}
