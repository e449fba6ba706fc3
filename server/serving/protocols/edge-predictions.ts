import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '#core/errors/app-error'
import { answersNumber } from '#core/model/signature'
import type { GatewayParts } from '../gateway-parts'
import { admit, type DeploymentRequest, journeyOf } from '../journey'
import type { AnsweredRow, AnswersSeen } from '../log/keep-inputs'
import type { KnownVersion } from '../models/find-version'
import { newPredictionId } from '../prediction-id'
import type { LiveRelease } from '../release-board'
import { checkRecord } from './check-request'
import { article, bodyText } from './json-shape'
import { misreport, readMoment, readPredictionId, readReports, refuseOtherFields } from './reports'

const fields = ['id', 'at', 'version', 'input', 'label', 'value', 'confidence']

type Line = Omit<AnswersSeen, 'rows'> & { rows: AnsweredRow[] }

type Report = { number: number; at: number; fields: Record<string, unknown>; id: string | null }

/**
 * `POST /v1/{deployment}/edge-predictions`: what a model that was handed out answered elsewhere, reported in batches. An id that
 * the reporter makes lets a batch be sent again without being counted twice.
 */
export function addEdgeRoutes(app: FastifyInstance, parts: GatewayParts): void {
  app.post('/v1/:deployment/edge-predictions', { onRequest: admit(parts, 'report') }, (request: DeploymentRequest, reply) =>
    accept(parts, request, reply),
  )
}

async function accept(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { release, test } = journeyOf(parts, request)
  const now = Date.now()
  const reports = readReports(bodyText(request.body), 'prediction').map((report, index) => readReport(report, { now, index }))
  const versions = await versionsOf(parts, release, reports)
  const lines = new Map<string, Line>()
  const ids: string[] = []
  for (const [index, report] of reports.entries()) {
    const version = versions.get(report.number)
    if (!version) throw new AppError('bug')
    const row = rowOf(report, version, index)
    ids.push(row.id)
    const key = `${report.number} ${report.at}`
    const line = lines.get(key) ?? edgeLine(release, { version, at: report.at, test })
    lines.set(key, line)
    line.rows.push(row)
  }
  await Promise.all([...lines.values()].map((line) => parts.spool.append(line)))
  return reply.send({ accepted: reports.length, ids })
}

/** What was predicted at one moment by one version, as if it were a request. */
function edgeLine(release: LiveRelease, { version, at, test }: { version: KnownVersion; at: number; test: boolean }): Line {
  return {
    deploymentId: release.deploymentId,
    versionId: version.versionId,
    release: release.number,
    at,
    latencyMs: 0,
    status: 200,
    test,
    lowConfidence: release.lowConfidence,
    edge: true,
    keep: { log: release.deploymentSettings.log, binners: version.binners },
    rows: [],
  }
}

function readReport(report: Record<string, unknown>, { now, index }: { now: number; index: number }): Report {
  refuseOtherFields(report, fields, index)
  const { version } = report
  const number = typeof version === 'number' ? String(version) : typeof version === 'string' ? version : ''
  const digits = /^v?(\d{1,9})$/.exec(number)?.[1]
  if (digits === undefined) throw misreport(index, 'must say the "version" that answered, such as 3 or "v3"', 'version')
  return {
    number: Number(digits),
    at: readMoment(report.at, { now, index }),
    id: report.id === undefined ? null : readPredictionId(report.id, index),
    fields: report,
  }
}

/** Every version that is named, whether the release names it still or not: what was handed out may be older. */
async function versionsOf(
  { findVersion }: GatewayParts,
  release: LiveRelease,
  reports: readonly Report[],
): Promise<Map<number, KnownVersion>> {
  const [champion] = release.models
  if (!champion) throw new AppError('not_found', { detail: `There is no deployment called ${release.deployment}.` })
  const versions = new Map<number, KnownVersion>()
  for (const number of new Set(reports.map((report) => report.number))) {
    const loaded = [...release.loaded.values()].find(({ model, version }) => model === champion.model && version === number)
    const known = loaded ?? (await findVersion(champion.model, number))
    if (!known)
      throw new AppError('bad_input', { detail: `There is no version v${number} of ${champion.model}.`, hint: { column: 'version' } })
    versions.set(number, known)
  }
  return versions
}

/** The report as a row of the log, its input prepared as the gateway would: personal data goes before it is written. */
function rowOf(
  { fields: { input, label, value, confidence }, id }: Report,
  { signature, classes, prepare }: KnownVersion,
  index: number,
): AnsweredRow {
  const row = { id: id ?? newPredictionId(), input: prepare(checkRecord(signature, input, index)) }
  if (answersNumber(signature)) {
    if (typeof value === 'number' && Number.isFinite(value)) return { ...row, value }
    throw misreport(index, `must have the number that was answered as "value", but it is ${article(value)}`, 'value')
  }
  if (typeof label !== 'string' || !classes.includes(label)) {
    const is = typeof label === 'string' ? `"${label.slice(0, 60)}"` : article(label)
    throw misreport(index, `has the "label" ${is}, which is no class of the version`, 'label')
  }
  if (typeof confidence === 'number' && confidence >= 0 && confidence <= 1) return { ...row, label, confidence }
  throw misreport(index, 'must have a "confidence" from 0 to 1', 'confidence')
}
