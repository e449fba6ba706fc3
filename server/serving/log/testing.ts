import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { columnBinners } from '#core/monitor/bins'
import { defaultDeploymentSettings } from '#core/releases/deployment-settings'
import { openLog } from '#server/log'
import { tinyReference } from '#server/testing/tiny-model'
import { newPredictionId } from '../prediction-id'
import type { AnsweredRow, AnswersSeen, KeepInputs } from './keep-inputs'
import { readSpool, surveySpool } from './spool-line'

export const silent = openLog('test', 'silent')
export const tinyBinners = columnBinners(tinyReference)
/** 12:00 UTC on a day of 2026. */
export const noon = Date.UTC(2026, 10, 23, 12)

/** A request as the gateway saw it: one row that says "spam". */
export function seen(change: Partial<AnswersSeen> = {}): AnswersSeen {
  return {
    deploymentId: randomUUID(),
    versionId: randomUUID(),
    release: 1,
    at: noon,
    latencyMs: 4,
    status: 200,
    test: false,
    lowConfidence: 0.6,
    keep: keep('whole'),
    rows: [row()],
    ...change,
  }
}

export function row(change: Partial<AnsweredRow> = {}): AnsweredRow {
  return { id: newPredictionId(), input: { body: 'spam', hour: 3 }, label: 'spam', confidence: 0.9, ...change }
}

export function keep(inputs: KeepInputs['log']['inputs'], share = 10): KeepInputs {
  return { log: { ...defaultDeploymentSettings.log, inputs, share }, binners: tinyBinners }
}

/** All that lies below a folder, as one text. */
export function textBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('')
}

export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`still not: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** A spool file whole, as its parts say it is. */
export function readWhole(text: string) {
  const parts = [...readSpool(text)]
  return {
    ...surveySpool(text),
    lines: parts.flatMap((part) => ('line' in part && part.line.kind !== 'batch' ? [{ at: part.at, line: part.line }] : [])),
    damaged: parts.flatMap((part) => ('damaged' in part ? [part.damaged] : [])),
  }
}
