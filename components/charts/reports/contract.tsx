import { Card } from '#components/ui/card'
import { StatusIcon } from '#components/ui/status'
import type { ContractReport } from '#core/reports/report'
import { formatNumber, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'

const effects = { fail: 'stops the run', warn: 'only warns', quarantine: 'holds the rows back' }

/** Which rules of a data contract hold, how many rows break them, and examples. */
export function ContractView({ report }: { report: ContractReport }) {
  const broken = report.rules.filter((rule) => !rule.holds)
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
        <FigureTile
          label={
            <>
              <StatusIcon status={broken.length === 0 ? 'done' : 'failed'} /> Rules
            </>
          }
          value={`${report.rules.length - broken.length}`}
          unit={`of ${report.rules.length} hold`}
        />
        <FigureTile label="Rows checked" value={formatNumber(report.rows)} />
        <FigureTile label="Kept" value={formatNumber(report.kept)} />
        <FigureTile
          label="Held back"
          value={formatNumber(report.heldBack)}
          sub={report.heldBack > 0 ? 'they leave at the port for refused rows' : 'none'}
        />
      </div>
      <Card title="Rules" bodyClassName="p-0">
        <ul>
          {report.rules.map((rule) => (
            <li key={`${rule.rule} ${rule.column} ${rule.sentence}`} className="row items-start border-t border-(--border) px-3 py-2">
              <span className="mt-0.5">
                <StatusIcon
                  status={rule.holds ? 'done' : rule.level === 'warn' ? 'waiting' : 'failed'}
                  label={rule.holds ? 'holds' : 'broken'}
                />
              </span>
              <span className="grow">
                <span className="block">{rule.sentence}</span>
                <span className="sm t3 block">
                  {rule.holds ? 'holds' : `${plural(rule.broken, 'row breaks', 'rows break')} it`}; {effects[rule.level]}
                </span>
                {rule.examples.length > 0 ? (
                  <span className="sm mt-1 flex flex-wrap gap-1">
                    {rule.examples.slice(0, 5).map((example) => (
                      <span key={example.row} className="chip mono max-w-full">
                        <span className="trunc">
                          row {formatNumber(example.row)}: {example.value === '' ? 'nothing' : example.value}
                        </span>
                      </span>
                    ))}
                  </span>
                ) : null}
              </span>
            </li>
          ))}
          {report.rules.length === 0 ? (
            <li className="sm t3 p-3 pt-0">The contract has no rules. Add one in the inspector of the stage.</li>
          ) : null}
        </ul>
      </Card>
    </div>
  )
}
