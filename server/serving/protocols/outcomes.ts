import type { FastifyInstance, FastifyReply } from 'fastify'
import { answersNumber, type Signature } from '#core/model/signature'
import type { GatewayParts } from '../gateway-parts'
import { admit, type DeploymentRequest, journeyOf } from '../journey'
import type { OutcomesLine } from '../log/spool-line'
import { article, bodyText, isObject } from './json-shape'
import { misreport, readMoment, readPredictionId, readReports, refuseOtherFields } from './reports'

type Outcome = OutcomesLine['outcomes'][number]

const fields = ['id', 'truth', 'figures', 'at']
const mostFigures = 20
/** `truth` in figures would be taken for the truth itself. */
const figureName = /^(?!truth$)[A-Za-z][\w .-]{0,59}$/

/**
 * `POST /v1/{deployment}/outcomes`: what turned out true of earlier predictions, or business figures. They may come late, out
 * of order and twice. Accepted ones are on disk, so that a database that is away loses none.
 */
export function addOutcomesRoutes(app: FastifyInstance, parts: GatewayParts): void {
  app.post('/v1/:deployment/outcomes', { onRequest: admit(parts, 'report') }, (request: DeploymentRequest, reply) =>
    accept(parts, request, reply),
  )
}

async function accept(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { release } = journeyOf(parts, request)
  const now = Date.now()
  const [champion] = release.models
  const reports = readReports(bodyText(request.body), 'outcome')
  const outcomes = reports.flatMap((report, index) => readOutcome(report, { now, index, signature: champion?.signature }))
  await parts.spool.append({ kind: 'outcomes', deploymentId: release.deploymentId, at: now, outcomes })
  return reply.send({ accepted: reports.length })
}

/** The outcomes of one report: its truth and each of its figures. */
export function readOutcome(
  report: Record<string, unknown>,
  { now, index, signature }: { now: number; index: number; signature: Pick<Signature, 'task'> | undefined },
): Outcome[] {
  refuseOtherFields(report, fields, index)
  const id = readPredictionId(report.id, index)
  const at = readMoment(report.at, { now, index })
  const outcomes = [
    ...(report.truth === undefined || report.truth === null
      ? []
      : [{ id, at, name: 'truth', ...readTruth(report.truth, { index, signature }) }]),
    ...readFigures(report.figures, index).map(([name, value]) => ({ id, at, name, label: null, value })),
  ]
  if (outcomes.length === 0) throw misreport(index, 'has neither a "truth" nor "figures"')
  return outcomes
}

/** A class, or a number for a model that answers numbers. Classes that are numbers or true/false are known by their text. */
function readTruth(truth: unknown, { index, signature }: { index: number; signature: Pick<Signature, 'task'> | undefined }) {
  if (signature && answersNumber(signature)) {
    if (typeof truth === 'number' && Number.isFinite(truth)) return { label: null, value: truth }
    throw misreport(index, `has a "truth" that is ${article(truth)}, but the deployment answers numbers`, 'truth')
  }
  if (typeof truth === 'string' && truth !== '' && truth.length <= 1000) return { label: truth, value: null }
  if (typeof truth === 'number' || typeof truth === 'boolean') return { label: String(truth), value: null }
  const is = typeof truth === 'string' ? (truth === '' ? 'empty' : 'longer than 1,000 characters') : article(truth)
  throw misreport(index, `has a "truth" that is ${is}; it is the name of the right class`, 'truth')
}

function readFigures(figures: unknown, index: number): [string, number][] {
  if (figures === undefined || figures === null) return []
  if (!isObject(figures)) throw misreport(index, `has "figures" that are ${article(figures)}, not an object of numbers`, 'figures')
  const entries = Object.entries(figures)
  if (entries.length > mostFigures) throw misreport(index, `has ${entries.length} figures; ${mostFigures} are the most`, 'figures')
  return entries.map(([name, value]) => {
    if (!figureName.test(name)) {
      throw misreport(
        index,
        `has a figure called "${name.slice(0, 60)}". A name begins with a letter, has up to 60 letters, digits, spaces, . _ or -, and is not "truth"`,
        name,
      )
    }
    if (typeof value === 'number' && Number.isFinite(value)) return [name, value]
    throw misreport(index, `has the figure "${name}", which is ${article(value)}, not a number`, name)
  })
}
