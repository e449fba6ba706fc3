import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createUser } from '#db/queries/users'
import { golden, mixedFile } from '#ml/onnx/outside-samples'
import { main } from '#server/cli'
import { type TestDatabase, testDatabase } from '#server/testing/test-database'

/** The command line as it is called, with no server running: what it prints where, and its exit codes. */

const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-cli-'))
let database: TestDatabase
const before = { ...process.env }

beforeAll(async () => {
  database = await testDatabase()
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    STAGELINE_HOME: path.join(folder, 'home'),
    STAGELINE_SECRET: 'a secret that is only good for the tests',
    // Nothing listens there.
    STAGELINE_GATEWAY_PORT: '1',
  })
  mkdirSync(path.join(folder, 'home'))
  writeFileSync(file('mail.csv'), rows(120))
  writeFileSync(file('tiny.json'), JSON.stringify(tiny))
})
afterAll(async () => {
  process.env = before
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

const file = (name: string) => path.join(folder, name)
const rows = (count: number) =>
  `body,label\n${Array.from({ length: count }, (_, i) => (i % 3 === 0 ? `free prize ${i},spam` : `lunch report ${i},ham`)).join('\n')}\n`

const tiny = {
  format: 'stageline/1',
  name: 'Tiny',
  stages: [
    { id: 'mail', type: 'file', params: {} },
    { id: 'features', type: 'text-features', params: { columns: ['body'] } },
    { id: 'split', type: 'split', params: { label: 'label' } },
    { id: 'train', type: 'logistic-regression', params: { target: 'label' } },
    { id: 'evaluate', type: 'evaluate', params: {} },
    { id: 'gate', type: 'gate', params: { checks: [{ metric: 'accuracy', operator: '>=', limit: 0.9 }] } },
    { id: 'register', type: 'register', params: { name: 'tiny', alias: 'champion' } },
    { id: 'deploy', type: 'deploy', params: { deployment: 'tiny' } },
  ],
  edges: [
    { from: 'mail.table', to: 'features.table' },
    { from: 'features.table', to: 'split.table' },
    { from: 'split.train', to: 'train.train' },
    { from: 'split.test', to: 'evaluate.table' },
    { from: 'train.model', to: 'evaluate.model' },
    { from: 'evaluate.report', to: 'gate.report' },
    { from: 'train.model', to: 'gate.model' },
    { from: 'gate.model', to: 'register.model' },
    { from: 'evaluate.report', to: 'register.report' },
    { from: 'register.model', to: 'deploy.model' },
  ],
}

type Said = { code: number; out: string; err: string }

async function stageline(...args: string[]): Promise<Said> {
  const said = { out: '', err: '' }
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.out += String(text)
    return true
  })
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.err += String(text)
    return true
  })
  try {
    await main(['node', 'stageline', ...args])
    return { code: Number(process.exitCode ?? 0), ...said }
  } finally {
    out.mockRestore()
    err.mockRestore()
    process.exitCode = undefined
  }
}

const failureSchema = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) })

/** The sentence is on stderr for people, and with --json on stdout as JSON and nothing else. */
async function expectFailure(args: string[], code: number, sentence: RegExp): Promise<void> {
  const plain = await stageline(...args)
  expect(plain.err).toMatch(sentence)
  expect(plain.err).not.toMatch(/\n\s+at /)
  expect([plain.code, plain.out]).toEqual([code, ''])
  const json = await stageline(...args, '--json')
  expect(json.code).toBe(code)
  const { error } = failureSchema.parse(JSON.parse(json.out))
  expect(error.message).toMatch(sentence)
  expect(error.code === 'usage').toBe(code === 2)
}

describe('wrong usage', () => {
  test.each<[string[], RegExp]>([
    [['nonsense'], /unknown command 'nonsense'/],
    [['run'], /missing required argument 'workflow'/],
    [['run', 'nope'], /^There is no template or file "nope"\. The templates are email-triage, ticket-triage, blank\.$/m],
    [['run', 'nope.json'], /^nope\.json cannot be read: it is not there\.$/m],
    [['run', folder], /cannot be read: it is a folder\.$/m],
    [['run', 'email-triage', '--set', 'c'], /Write it as stage\.param=value\./],
    [['run', 'email-triage', '--set', 'c=1'], /--set c=…: the template email-triage does not ask for that/],
    [['run', 'email-triage', '--set', 'trainer.c=1'], /there is no stage "trainer"; there are mail, contract,/],
    [['run', 'email-triage', '--set', 'train.d=1'], /train \(Logistic regression\) has no param "d"; it has target, c,/],
    [['run', 'email-triage', '--set', 'train.c=-1'], /--set train\.c=-1: Too small: expected number to be >0\.$/m],
    [['run', 'ticket-triage'], /^The template ticket-triage needs "data": /m],
    [['run', 'ticket-triage', '--set', 'data=gone.csv'], /--set data=gone\.csv: there is no such file\.$/m],
    [['import', 'nope'], /^There is no template or file "nope"\./m],
    [['export', 'x', '--at', 'one'], /It must be the number of a version\./],
    [['deploy', 'tiny'], /^Say which version of tiny: tiny@1, or an alias such as tiny@champion\.$/m],
    [['deploy', 'tiny@1', '--share', '0'], /It must be a whole percent from 1 to 100\./],
    [['deploy', 'tiny@1', '--low-confidence', '2'], /It must lie between 0 and 1\./],
    [['rollback', 'tiny', '--to', 'x'], /It must be the number of a release\./],
    [['predict', 'tiny'], /^Give either --row '\{…\}' or --rows <file>\.$/m],
    [['predict', 'tiny', '--row', '{'], /^--row is not JSON: /m],
    [['predict', 'tiny', '--row', '[1]'], /^--row must be a JSON object/m],
    [['traffic', 'tiny'], /required option '--rows <file>' not specified/],
    [['traffic', 'tiny', '--rows', 'x.csv', '--rate', '0'], /It must be a number above 0\./],
    [['batch', 'tiny', '--out', 'x.parquet'], /^Give either --rows <file> or --data <name>\.$/m],
    [['batch', 'tiny', '--data', 'mail'], /^Say where the answers go: /m],
    [['verify', 'tiny'], /^Say which version: tiny@1, for example\.$/m],
    [['quantise', 'tiny'], /^Say which version: tiny@1, for example\.$/m],
    [['templates', 'all'], /too many arguments/],
    [['doctor', 'all'], /too many arguments/],
  ])('%j', async (args, sentence) => expectFailure(args, 2, sentence))

  const head = '"format":"stageline/1","name":"W"'
  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /^wrong\.json: It is not JSON/m],
    ['an empty workflow', `{${head},"stages":[],"edges":[]}`, /^The workflow has no stage yet\./m],
    [
      'an unknown type',
      `{${head},"stages":[{"id":"a","type":"splt","params":{}}],"edges":[]}`,
      /^a \(splt\): There is no stage type "splt"/m,
    ],
    [
      'an unknown param',
      `{${head},"stages":[{"id":"a","type":"sample-data","params":{"batch":"all"}}],"edges":[]}`,
      /^a \(Sample data\), batch: Sample data has no param "batch"; it has data, batches\.$/m,
    ],
    [
      'a wrong value',
      `{${head},"stages":[{"id":"a","type":"sample-data","params":{"batches":"some"}}],"edges":[]}`,
      /^a \(Sample data\), batches: Invalid option: expected one of "all"\|"older"\|"newer"/m,
    ],
    [
      'an input without an edge',
      `{${head},"stages":[{"id":"a","type":"dedupe","params":{}}],"edges":[]}`,
      /^a \(Dedupe\), table: The input "Table" is not connected\. Connect a table to it\.$/m,
    ],
  ])('a file with %s', async (_what, text, sentence) => {
    writeFileSync(file('wrong.json'), text)
    await expectFailure(['run', file('wrong.json')], 2, sentence)
  })

  test('help and version are asked for, and end well', async () => {
    expect(await stageline('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
    const { code, out } = await stageline('run', '--help')
    expect([code, out]).toEqual([0, expect.stringContaining('Usage: stageline run')])
  })
})

describe('what fails', () => {
  test.each<[string[], RegExp]>([
    [['export', 'Nothing'], /^There is no workflow called "Nothing"\.$/m],
    [['deploy', 'nothing@1'], /^There is no version nothing@1\./m],
    [['deploy', 'nothing@champion'], /nothing/],
    [['rollback', 'nothing'], /^There is no deployment called nothing\./m],
    [['quantise', 'nothing@1'], /^There is no version nothing@1\./m],
    [['verify', 'nothing@1'], /^There is no version nothing@1\./m],
    [['predict', 'tiny', '--row', '{"body":"x"}'], /^The gateway at http:\/\/127\.0\.0\.1:1 does not answer\. Start it with `npm start`/m],
    [['batch', 'nothing', '--data', 'mail', '--out', 'x.parquet'], /^There is no deployment called nothing\./m],
    [['traffic', 'tiny', '--rows', 'x.csv'], /^The gateway at http:\/\/127\.0\.0\.1:1 does not answer\./m],
    [['export', 'x', '--as', 'nobody@example.com'], /^There is no active user with the e-mail nobody@example\.com\./m],
  ])('%j', async (args, sentence) => expectFailure(args, 1, sentence))

  test('a database that does not answer, without its password', async () => {
    process.env.DATABASE_URL = 'postgres://me:hunter2@127.0.0.1:1/stageline'
    await expectFailure(
      ['run', 'email-triage'],
      1,
      /^The database of DATABASE_URL \(stageline at 127\.0\.0\.1:1\) cannot be used: nothing listens there\./m,
    )
    expect((await stageline('export', 'x')).err).not.toContain('hunter2')
    process.env.DATABASE_URL = database.url
  })

  test('a role that may not', async () => {
    const viewer = { id: 'vi', name: 'Vi', email: 'vi@example.com', role: 'viewer' } as const
    await createUser(database.db, { ...viewer, passwordHash: 'x' })
    const sentence = /^Vi has the role viewer; this needs (analyst|lead) or above\./m
    for (const args of [
      ['run', 'email-triage'],
      ['import', 'blank'],
      ['verify', 'tiny@1'],
      ['quantise', 'tiny@1'],
      ['batch', 'tiny', '--data', 'mail', '--out', 'x.parquet'],
      ['deploy', 'tiny@1'],
      ['rollback', 'tiny'],
      ['predict', 'tiny', '--row', '{}'],
    ])
      await expectFailure([...args, '--as', viewer.email], 1, sentence)
  })
})

const resultSchema = z.object({
  run: z.uuid(),
  status: z.string(),
  seconds: z.number(),
  stages: z.array(
    z.object({
      stage: z.string(),
      status: z.string(),
      seconds: z.number().nullable(),
      rows: z.record(z.string(), z.number()),
      artifacts: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
      reports: z.array(z.object({ report: z.string(), figures: z.record(z.string(), z.number()) })),
      error: z.object({ message: z.string() }).optional(),
    }),
  ),
})

async function runTiny(...more: string[]) {
  const said = await stageline('run', file('tiny.json'), '--set', `mail.data=${file('mail.csv')}`, '--json', ...more)
  const result = resultSchema.parse(JSON.parse(said.out))
  return { ...said, ...result, stage: (id: string) => result.stages.find(({ stage }) => stage === id) }
}

test('a whole life without a server: run, run again, verify, export, import, deploy, roll back, doctor', async () => {
  const first = await runTiny()
  expect([first.code, first.status]).toEqual([0, 'done'])
  expect(first.stage('mail')).toMatchObject({ rows: { table: 120 } })
  expect(first.stage('evaluate')?.reports[0]?.figures.accuracy).toBeGreaterThan(0.9)
  expect(first.err).toContain('mail, version 1: 120 rows.')

  const again = await runTiny()
  expect([again.code, again.status]).toEqual([0, 'cached'])
  expect(again.stage('train')?.artifacts).toEqual(first.stage('train')?.artifacts)

  const verified = await stageline('verify', 'tiny@1', '--json')
  expect(verified.code).toBe(0)
  const model = first.stage('train')?.artifacts.model
  expect(JSON.parse(verified.out)).toMatchObject({ equal: true, registered: model, trained: model })

  const strict = await runTiny('--set', 'gate.checks=[{"metric":"accuracy","operator":">=","limit":1.5}]')
  expect([strict.code, strict.status, strict.stage('gate')?.status, strict.stage('deploy')?.status]).toEqual([
    1,
    'failed',
    'failed',
    'skipped',
  ])
  expect(strict.stage('gate')?.error?.message).toContain('it must be >= 1.5')

  const exported = await stageline('export', 'Tiny')
  expect(JSON.parse(exported.out)).toMatchObject({ format: 'stageline/1', name: 'Tiny', edges: tiny.edges })
  expect((await stageline('export', 'Tiny', '--out', file('out.json'))).code).toBe(0)
  expect(readFileSync(file('out.json'), 'utf8')).toBe(exported.out)
  await expectFailure(
    ['export', 'Tiny', '--out', path.join(folder, 'no', 'x.json')],
    1,
    /x\.json cannot be written: it is not there\. Name another file with --out\.$/m,
  )
  await expectFailure(['export', 'Tiny', '--at', '99'], 1, /^There is no version 99 of this workflow\.$/m)
  const imported = JSON.parse((await stageline('import', file('out.json'), '--json')).out)
  // A workflow that is not finished may be kept; what is missing is said.
  expect(imported).toMatchObject({ name: 'Tiny', problems: ['mail (File), data: Choose a data set, or drop a file onto the canvas.'] })

  const deployed = await stageline('deploy', 'tiny@champion', '--to', 'other', '--json')
  expect(JSON.parse(deployed.out)).toMatchObject({ deployment: 'other', release: 1, changed: true, version: 1 })
  expect((await stageline('deploy', 'tiny@1', '--to', 'other')).out).toContain('Nothing to do')
  await expectFailure(['deploy', 'tiny@nobody'], 1, /^tiny has no alias nobody\. It has champion\.$/m)
  await expectFailure(['rollback', 'other'], 1, /\.$/m)

  const batch = await stageline(
    'batch',
    'other',
    '--rows',
    file('mail.csv'),
    '--out',
    file('answers.parquet'),
    '--columns',
    'body',
    '--json',
  )
  expect(batch.err).toBe('')
  const answers = JSON.parse(batch.out)
  expect(answers).toMatchObject({ rows: 120, model: 'tiny', version: 1, columns: ['body', 'predicted', 'confidence', 'predicted_by'] })
  expect(readFileSync(file('answers.parquet')).subarray(0, 4).toString()).toBe('PAR1')
  const named = await stageline('batch', 'tiny@1', '--data', 'mail@1', '--name', 'Answered')
  expect(named.out).toMatch(/^120 rows answered by tiny@1 in .+: Answered, version 1\.$/m)
  await expectFailure(
    ['batch', 'other', '--data', 'Answered', '--columns', 'nothing', '--out', 'x.parquet'],
    1,
    /^Answered, version 1 has no column "nothing" to keep/m,
  )

  const doctor = await stageline('doctor', '--json')
  const { healthy, findings } = JSON.parse(doctor.out)
  expect([doctor.code, healthy]).toEqual([0, true])
  expect(findings).toContainEqual(expect.objectContaining({ check: 'queue', state: 'idle' }))
}, 180_000)

test('a search prints its leaderboard, the best first', async () => {
  const search = {
    format: 'stageline/1',
    name: 'Leaderboard',
    stages: [
      { id: 'mail', type: 'file', params: {} },
      { id: 'automl', type: 'automl', params: { target: 'label', estimators: ['naive-bayes', 'logistic-regression'], folds: 2 } },
    ],
    edges: [{ from: 'mail.table', to: 'automl.train' }],
  }
  writeFileSync(file('search.json'), JSON.stringify(search))
  const args = ['run', file('search.json'), '--set', `mail.data=${file('mail.csv')}`]
  const leaderboard = z.array(
    z.object({ place: z.int().nullable(), score: z.number().nullable(), params: z.object({ candidate: z.string() }) }),
  )
  const { stages } = JSON.parse((await stageline(...args, '--json')).out)
  const [report] = stages.find(({ stage }: { stage: string }) => stage === 'automl').reports
  const places = leaderboard.parse(report.leaderboard)
  expect(report.metric).toBe('macro F1')
  expect(places.length).toBeGreaterThan(2)
  const scores = places.flatMap(({ place, score }) => (place === null || score === null ? [] : [score]))
  expect(scores).toEqual([...scores].sort((a, b) => b - a))
  expect(places.flatMap(({ place }) => place ?? [])).toEqual(scores.map((_, i) => i + 1))
  const { out } = await stageline(...args)
  expect(out).toMatch(/^AutoML, by macro F1:$/m)
  expect(out).toMatch(new RegExp(`^ +1 +${scores[0]?.toFixed(4)} .*${places[0]?.params.candidate}`, 'm'))
}, 120_000)

test('a model file from elsewhere is uploaded, imported, registered and verified', async () => {
  const { age, visits, plan, leaves } = golden.mixed
  const lines = age.map((each, i) => `${each},${visits[i]},${plan[i]},${leaves[i]}`)
  writeFileSync(file('customers.csv'), `age,visits,plan,leaves\n${lines.join('\n')}\n`)
  writeFileSync(file('churn.onnx'), mixedFile())
  writeFileSync(file('broken.onnx'), mixedFile().subarray(0, 300))
  const workflow = {
    format: 'stageline/1',
    name: 'Import',
    stages: [
      { id: 'rows', type: 'file', params: {} },
      { id: 'model', type: 'import-onnx', params: { target: 'leaves' } },
      { id: 'register', type: 'register', params: { name: 'churn' } },
    ],
    edges: [
      { from: 'rows.table', to: 'model.sample' },
      { from: 'model.model', to: 'register.model' },
      { from: 'model.evaluation', to: 'register.report' },
    ],
  }
  writeFileSync(file('import.json'), JSON.stringify(workflow))
  const args = ['run', file('import.json'), '--set', `rows.data=${file('customers.csv')}`]
  const { code, out, err } = await stageline(...args, '--set', `model.file=${file('churn.onnx')}`, '--json')
  expect([code, JSON.parse(out).status]).toEqual([0, 'done'])
  expect(err).toContain('churn.onnx: skl2onnx 1.0, opset 15, reads age float [N, 1]; visits int64 [N, 1]; plan string [N, 1].')
  const verified = await stageline('verify', 'churn@1')
  expect(verified.out).toMatch(/^Equal: churn@1 was imported from churn\.onnx; wrapped again, it has the same bytes/m)
  await expectFailure([...args, '--set', `model.file=${file('broken.onnx')}`], 1, /cut off|not an \.onnx file/)
  await expectFailure([...args, '--set', 'model.file=gone.onnx'], 2, /there is no such file/)
}, 120_000)

test('Ctrl-C cancels the run that is under way, and says so', async () => {
  const bin = fileURLToPath(new URL('../bin.mjs', import.meta.url))
  const child = spawn(process.execPath, [bin, 'run', 'email-triage', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString()
    // Once: a second Ctrl-C ends the process at once.
    if (!child.killed && said.err.includes('E-mail triage, run 1')) child.kill('SIGINT')
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const { status, stages } = resultSchema.parse(JSON.parse(said.out))
  expect([code, status]).toEqual([1, 'cancelled'])
  expect(new Set(stages.map((stage) => stage.status))).toEqual(new Set(['cancelled']))
})
