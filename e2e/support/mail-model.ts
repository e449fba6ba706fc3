import { type APIRequestContext, expect } from '@playwright/test'
import type { Graph } from '#core/graph/graph'
import { callApi } from './api'

/** The model that several journeys share: two versions of a mail classifier, and where they came from. */
export type MailModel = {
  model: string
  workflowId: string
  /** Runs of the two versions, oldest first. */
  runs: [string, string]
}

const model = 'mail-check'
const workflow = 'Mail check'

/** A line short enough for a test: 600 messages, words only. */
const lineOf = (model: string): Graph => ({
  stages: [
    { id: 'mail', type: 'sample-data', params: { batches: 'newer' } },
    { id: 'some', type: 'sample', params: { rows: 600, stratify: 'label' } },
    { id: 'clean', type: 'clean-text', params: { columns: ['subject', 'body'], limit: true, maxChars: 2000 } },
    { id: 'text', type: 'text-features', params: { columns: ['subject', 'body'], words: '1' } },
    { id: 'hour', type: 'number-features', params: { columns: ['hour'] } },
    { id: 'split', type: 'split', params: { label: 'label' } },
    { id: 'train', type: 'logistic-regression', params: { target: 'label' } },
    { id: 'evaluate', type: 'evaluate', params: { show: 'subject' } },
    { id: 'register', type: 'register', params: { name: model, alias: 'champion', description: 'First try' } },
  ],
  edges: [
    { from: 'mail.table', to: 'some.table' },
    { from: 'some.table', to: 'register.sample' },
    { from: 'some.table', to: 'clean.table' },
    { from: 'clean.table', to: 'text.table' },
    { from: 'text.table', to: 'hour.table' },
    { from: 'hour.table', to: 'split.table' },
    { from: 'split.train', to: 'train.train' },
    { from: 'train.model', to: 'evaluate.model' },
    { from: 'split.test', to: 'evaluate.table' },
    { from: 'train.model', to: 'register.model' },
    { from: 'evaluate.report', to: 'register.report' },
  ],
  notes: [],
  seed: 42,
})

/** Trains both versions, unless an earlier journey of this test run has done so. */
export async function trainMailModel(api: APIRequestContext): Promise<MailModel> {
  const simpler = { 'train.c': 1, 'register.alias': 'challenger', 'register.description': 'Simpler' }
  const { workflowId, runs } = await trainMailVersions(api, { model, workflow, versions: [{}, simpler] })
  const [first = '', second = ''] = runs
  return { model, workflowId, runs: [first, second] }
}

/** One version of a mail classifier for each set of overrides, unless an earlier journey has trained it. */
export async function trainMailVersions(
  api: APIRequestContext,
  { model, workflow, versions }: { model: string; workflow: string; versions: readonly Record<string, unknown>[] },
): Promise<{ workflowId: string; runs: string[] }> {
  const known = (await callApi<{ id: string; name: string }[]>(api, 'query', 'workflows.list', {})).find(({ name }) => name === workflow)
  const workflowId = known?.id ?? (await drawLine(api, { model, workflow }))
  const runs: string[] = []
  for (const [index, overrides] of versions.entries()) runs.push(await runLine(api, workflowId, index, overrides))
  return { workflowId, runs }
}

async function drawLine(api: APIRequestContext, { model, workflow }: { model: string; workflow: string }): Promise<string> {
  const { id } = await callApi<{ id: string }>(api, 'mutation', 'workflows.create', { name: workflow })
  await callApi(api, 'mutation', 'workflows.save', { id, baseNumber: 1, graph: lineOf(model) })
  return id
}

/** The line's run number `index`, done: the one that is there, or a new one. */
async function runLine(api: APIRequestContext, workflowId: string, index: number, overrides: Record<string, unknown>): Promise<string> {
  const { runs } = await callApi<{ runs: { id: string }[] }>(api, 'query', 'runs.list', { workflowId })
  const id = runs.reverse()[index]?.id ?? (await callApi<{ id: string }>(api, 'mutation', 'runs.start', { workflowId, overrides })).id
  await expect
    .poll(async () => (await callApi<{ run: { status: string } }>(api, 'query', 'runs.get', { id })).run.status, { timeout: 120_000 })
    .toBe('done')
  return id
}
