import type { Graph } from '#core/graph/graph'
import type { PortValue } from '#core/ports/kinds'
import { leaderboardOf } from '#core/reports/leaderboard'
import type { RunDetails, StageRunView } from '#core/runs/views'
import { readReport } from '#server/artifacts/read-report'
import type { House } from '#server/house'
import { findSpec } from '#stages/specs'

type Artifacts = House['artifacts']

/** What `stageline run --json` prints: the run, its stages, what lies on their ports, and of searches the leaderboard. */
export async function summariseRun(artifacts: Artifacts, { run, stages }: RunDetails, of: { graph: Graph; seconds: number }) {
  return {
    run: run.id,
    number: run.number,
    workflow: run.workflow,
    version: run.version.number,
    status: run.status,
    seconds: of.seconds,
    ...(run.error && { error: run.error }),
    stages: await Promise.all(
      stages.map(async (stage) => ({
        stage: stage.stage,
        type: stage.type,
        title: titleOf(of.graph, stage.stage),
        status: stage.status,
        seconds: stage.durationMs === null ? null : stage.durationMs / 1000,
        ...(stage.figure && { figure: stage.figure }),
        ...(stage.error && { error: stage.error }),
        ...(await portsOf(artifacts, stage)),
      })),
    ),
  }
}

/** The leaderboards of a run's searches, for people. */
export function leaderboardLines({ stages }: Awaited<ReturnType<typeof summariseRun>>): string[] {
  return stages.flatMap(({ title, reports }) =>
    reports.flatMap(({ leaderboard, metric }) => {
      if (!leaderboard) return []
      const lines = leaderboard.map(({ place, params, score, deviation, status, error }) =>
        [
          String(place ?? '–').padStart(4),
          (score?.toFixed(4) ?? '–').padStart(8),
          (deviation === null ? '' : `± ${deviation.toFixed(4)}`).padEnd(9),
          Object.entries(params)
            .map(([path, value]) => (path === 'candidate' ? value : `${path.replace(/^estimator\./, '')} ${value}`))
            .join(', '),
          status === 'finished' ? '' : `(${error ?? status})`,
        ].join('  '),
      )
      return [`${title}, by ${metric}:`, ...lines.map((line) => line.trimEnd())]
    }),
  )
}

/** What a stage is called in this graph. */
export function titleOf(graph: Graph, id: string): string {
  const stage = graph.stages.find((each) => each.id === id)
  return stage?.title ?? findSpec(stage?.type ?? '')?.title ?? id
}

/** What lies on the ports: rows of tables, figures of reports, hashes of all. */
async function portsOf(artifacts: Artifacts, { outputs }: StageRunView) {
  const entries = Object.entries(outputs ?? {})
  const reports = entries.flatMap(([port, value]) => (value.kind === 'report' ? [{ port, value }] : []))
  return {
    rows: Object.fromEntries(entries.flatMap(([port, value]) => (value.kind === 'table' ? [[port, value.rows]] : []))),
    artifacts: Object.fromEntries(entries.flatMap(([port, value]) => ('artifact' in value ? [[port, value.artifact]] : []))),
    reports: await Promise.all(
      reports.map(async ({ port, value }) => ({
        port,
        title: value.title,
        report: value.report,
        figures: Object.fromEntries(value.figures.map((figure) => [figure.name, figure.value])),
        ...(await searchOf(artifacts, value)),
      })),
    ),
  }
}

async function searchOf(artifacts: Artifacts, { report, artifact }: PortValue<'report'>) {
  const search = report === 'search' ? await readReport(artifacts, artifact) : null
  return search?.report === 'search' ? { metric: search.metric, leaderboard: leaderboardOf(search) } : {}
}
