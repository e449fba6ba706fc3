import { Card } from '#components/ui/card'
import { Link } from '#components/ui/link'
import { Ago } from '#components/ui/time'
import { formatBytes, formatNumber } from '#core/words/format'
import type { VersionLine } from '#server/registry/views'
import { AliasBadge } from './alias-badge'
import { metricText, tableMetrics } from './metric-words.ts'

/** Every version with the figures that people choose by. */
export function VersionsTable({ name, versions }: { name: string; versions: readonly VersionLine[] }) {
  const shown = tableMetrics(versions)
  return (
    <Card title="Versions" note="immutable; newest first" scrolls="Versions">
      <table>
        <thead>
          <tr>
            <th>version</th>
            <th>aliases</th>
            <th>made by</th>
            {shown.map((metric) => (
              <th key={metric} className="num">
                {metric}
              </th>
            ))}
            <th className="num">rows</th>
            <th className="num">size</th>
            <th>live in</th>
            <th>registered</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.id}>
              <td className="h-10!">
                <Link className="med" href={`/models/${name}/${version.number}`}>
                  v{version.number}
                </Link>
                {version.description ? <span className="sm t3 ml-2">{version.description}</span> : null}
              </td>
              <td>
                <span className="row tight">
                  {version.aliases.map((alias) => (
                    <AliasBadge key={alias} alias={alias} />
                  ))}
                </span>
              </td>
              <td className="t2">{version.estimator}</td>
              {shown.map((metric) => {
                const figure = version.metrics.find((each) => each.name === metric)
                return (
                  <td key={metric} className="num">
                    {figure ? metricText(figure) : <span className="t3">none</span>}
                  </td>
                )
              })}
              <td className="num t2">{formatNumber(version.rows)}</td>
              <td className="num t2">{formatBytes(version.bytes)}</td>
              <td>
                {version.served.map(({ deployment, weight }) => (
                  <Link key={deployment} className="mr-2" href={`/deployments/${deployment}`}>
                    {deployment} <span className="sm t3">{weight} %</span>
                  </Link>
                ))}
              </td>
              <td className="t3 nowrap">
                <Ago at={version.createdAt} />
                {version.by ? ` by ${version.by}` : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
