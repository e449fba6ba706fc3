import { Card } from '#components/ui/card'
import { Link } from '#components/ui/link'
import { ScrollX } from '#components/ui/scroll-x'
import type { ArmView, MonitorView } from '#core/monitor/views'
import { formatCompact, formatShare, formatValue } from '#core/words/format'
import { msWords } from './figure-words.ts'

type Row = { name: string; read(arm: ArmView): string; isConfidence?: boolean; isOptional?: boolean }

/** A figure of outcomes, with how many of them it rests on. */
const known = (figure: string | null, { outcomes }: ArmView) => (figure === null ? '–' : `${figure} of ${formatCompact(outcomes.truths)}`)
const share = (value: number | null) => (value === null ? '–' : formatShare(value))
const rows: readonly Row[] = [
  { name: 'share of traffic', read: (arm) => (arm.role === 'past' ? 'none now' : `${arm.weight} %`) },
  { name: 'answers', read: (arm) => formatCompact(arm.summary.rows) },
  { name: 'errors', read: (arm) => share(arm.summary.errorRate) },
  { name: 'mean confidence', read: (arm) => arm.summary.meanConfidence?.toFixed(3) ?? '–', isConfidence: true },
  { name: 'low confidence', read: (arm) => share(arm.summary.lowConfidence), isConfidence: true },
  {
    name: 'right answers',
    read: (arm) => known(arm.outcomes.right === null ? null : formatShare(arm.outcomes.right), arm),
    isOptional: true,
  },
  {
    name: 'mean error',
    read: (arm) => known(arm.outcomes.meanError === null ? null : formatValue(arm.outcomes.meanError), arm),
    isOptional: true,
  },
  { name: 'by a fallback', read: (arm) => share(arm.summary.fallbackShare || null), isOptional: true },
  { name: 'p50 latency', read: (arm) => (arm.summary.latencyP50 === null ? '–' : `${msWords(arm.summary.latencyP50)} ms`) },
  { name: 'p99 latency', read: (arm) => (arm.summary.latencyP99 === null ? '–' : `${msWords(arm.summary.latencyP99)} ms`) },
]

/** Champion and challenger side by side, and earlier versions that answered in the range. */
export function ArmsCard({ view, rangeWords }: { view: MonitorView; rangeWords: string }) {
  const arms = view.arms.slice(0, 3)
  const shownRows = rows
    .filter((row) => !row.isConfidence || view.task === 'classification')
    .filter((row) => !row.isOptional || arms.some((arm) => row.read(arm) !== '–'))
  const title = arms.some((arm) => arm.role === 'challenger') ? 'Champion and challenger' : 'Versions'
  return (
    <Card
      title={title}
      end={
        <Link className="sm" href={`/deployments/${encodeURIComponent(view.deployment.name)}`}>
          Open
        </Link>
      }
      bodyClassName="p-0"
    >
      <ScrollX label="Versions side by side">
        <table>
          <thead>
            <tr>
              <th scope="col">{rangeWords}</th>
              {arms.map((arm) => (
                <th key={arm.versionId} scope="col" className="num">
                  <span className={arm.role === 'challenger' ? 'arm b' : arm.role === 'champion' ? 'arm' : ''}>v{arm.number}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shownRows.map((row) => (
              <tr key={row.name}>
                <td>{row.name}</td>
                {arms.map((arm) => (
                  <td key={arm.versionId} className={arm.role === 'challenger' ? 'num semi' : 'num'}>
                    {row.read(arm)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {view.arms.length > arms.length ? (
        <p className="sm t3 px-3 py-2">{view.arms.length - arms.length} more versions answered in this range.</p>
      ) : null}
    </Card>
  )
}
