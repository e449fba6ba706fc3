import type { Figure, ReportValue } from '#core/ports/kinds'
import { isFinal, type Status } from '#core/runs/status'
import type { RunView, StageRunView } from '#core/runs/views'
import { formatFigure, formatNumber, formatShare } from '#core/words/format'

/** Milliseconds from the start of a run to its end, or to now while it goes; null before it started. */
export function runTookMs(run: Pick<RunView, 'startedAt' | 'finishedAt' | 'status'>, nowMs: number): number | null {
  if (!run.startedAt) return null
  const end = run.finishedAt?.getTime() ?? (isFinal(run.status) ? run.startedAt.getTime() : nowMs)
  return Math.max(0, end - run.startedAt.getTime())
}

/** Who started a run: a name, or the kind of program. */
export function startedWords({ startedBy, trigger }: Pick<RunView, 'startedBy' | 'trigger'>): string {
  const words = { person: 'somebody', api: 'the API', cli: 'the command line', schedule: 'a schedule', alert: 'an alert' }
  if (!startedBy) return words[trigger]
  // Programs have names too: "Command line, by the command line" would say it twice.
  const isSaid = words[trigger].toLowerCase().endsWith(startedBy.name.toLowerCase())
  return trigger === 'person' || isSaid ? startedBy.name : `${startedBy.name}, by ${words[trigger]}`
}

/** "all stages", "up to evaluate": what a run was asked to bring up to date. */
export function scopeWords(scope: RunView['scope']): string {
  switch (scope.kind) {
    case 'all':
      return 'all stages'
    case 'to':
      return `up to ${scope.stage}`
    case 'from':
      return `from ${scope.stage} on`
    case 'stale':
      return 'stale stages only'
  }
}

const order: readonly Status[] = [
  'done',
  'cached',
  'running',
  'waiting',
  'queued',
  'failed',
  'crashed',
  'timed_out',
  'cancelled',
  'skipped',
]

/** "9 done, 3 cached": the stages of a run by status. */
export function countWords(stages: RunView['stages']): string {
  return order.flatMap((status) => (stages[status] ? [`${formatNumber(stages[status])} ${status.replace('_', ' ')}`] : [])).join(', ')
}

/** A figure's value in its unit; whole numbers are counts, the rest are scores or errors. */
export function figureWords(value: number | null, unit: Figure['unit']): string {
  if (value === null) return '–'
  if (unit === '%') return formatShare(value)
  const words = Number.isInteger(value) && Math.abs(value) > 1 ? formatNumber(value) : formatFigure(value)
  return unit ? `${words} ${unit}` : words
}

/** The reports that a stage left on its ports. */
export function reportsOf(stage: StageRunView) {
  return Object.entries(stage.outputs ?? {}).flatMap(([port, value]) => (value.kind === 'report' ? [{ port, value }] : []))
}

/** The kind of a report beside the name of its stage; '' where that says it already, as in "K-means clusters" or "Explain". */
export function reportKindWords(report: ReportValue['report'], title: string): string {
  return title.toLowerCase().replaceAll(' ', '-').includes(report.slice(0, 5)) ? '' : report.replaceAll('-', ' ')
}

/** A param's value in one line; what was not set is said so. */
export function paramWords(value: unknown): string {
  if (value === undefined) return 'not set'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
