import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { FairnessReport } from '#core/reports/fairness'
import { formatShare, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { Interval } from '../interval'
import { prepareFairness } from '../prepare-fairness.ts'

/** How alike a class is given to groups: the four-fifths rule, the widest gaps, and each group's rates. */
export function FairnessView({ report }: { report: FairnessReport }) {
  const { verdict, gaps, groups } = prepareFairness(report)
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        <FigureTile
          label="Four-fifths rule"
          value={verdict.value}
          beside={verdict.isBad ? <span style={{ color: 'var(--st-failed)' }}>below 0.80</span> : undefined}
          sub={verdict.sub}
        />
        {gaps.map((gap) => (
          <FigureTile
            key={gap.name}
            label={`${gap.name}, gap`}
            value={gap.value}
            {...(gap.value === '–' ? {} : { unit: 'points' })}
            sub={gap.sub}
          />
        ))}
      </div>
      <Card
        title={`Called ${report.selects}, by ${report.column}`}
        note={`${plural(report.rows, 'row')}; 95 % intervals`}
        bodyClassName="p-0"
      >
        <ScrollX label="Groups" style={{ maxHeight: 520, overflowY: 'auto' }}>
          <table style={{ minWidth: 720 }}>
            <thead>
              <tr>
                <th scope="col">group</th>
                <th scope="col" className="num">
                  rows
                </th>
                {groups[0]?.rates.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col" className="num">
                  accuracy
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr
                  key={group.name}
                  className={group.isCompared ? undefined : 't3'}
                  title={group.isCompared ? undefined : 'too few rows to be compared'}
                >
                  <td className="trunc" style={{ maxWidth: 220 }}>
                    {group.name}
                  </td>
                  <td className="num">{group.rows}</td>
                  {group.rates.map((rate) => (
                    <td key={rate.name} title={rate.words}>
                      <span className="row">
                        <span className="num" style={{ minWidth: 52 }}>
                          {rate.value === null ? '–' : formatShare(rate.value)}
                        </span>
                        {rate.value === null ? null : <Interval value={rate.value} bounds={rate.interval} width={90} />}
                      </span>
                    </td>
                  ))}
                  <td className="num">{group.accuracy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </Card>
    </div>
  )
}
