import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { type MetricKey, type MetricSource, metricSources, usualMetrics } from '#core/experiments/metric'
import type { ExperimentChoices } from '#core/experiments/views'
import { plural } from '#core/words/format'
import { type Column, columnId } from './view-address.ts'

const titles: Record<MetricSource, string> = {
  evaluation: 'Metrics of Evaluate',
  'cross-validation': 'Metrics of Cross-validate',
  search: 'Metrics of Tune',
  training: 'Metrics of the training itself',
}

/** Ticks for every metric and param that experiments have; the table behind it follows at once. */
export function ColumnsSheet({
  metrics,
  params,
  columns,
  onColumns,
  onClose,
}: {
  metrics: ExperimentChoices['metrics']
  params: readonly string[]
  columns: readonly Column[]
  onColumns(columns: Column[] | null): void
  onClose(): void
}) {
  const ids = new Set(columns.map(columnId))
  const toggle = (column: Column) => {
    const id = columnId(column)
    onColumns(ids.has(id) ? columns.filter((one) => columnId(one) !== id) : [...columns, column])
  }
  return (
    <Dialog
      sheet
      open
      onOpenChange={onClose}
      title="Columns"
      description="What the table shows of each experiment, in the order in which it is ticked."
      footer={
        <>
          <Button onClick={() => onColumns(null)}>As usual</Button>
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <div className="col gap-3">
        {metricSources.map((source) => {
          const own = metrics.filter((metric) => metric.source === source)
          return own.length === 0 ? null : (
            <Group key={source} title={titles[source]}>
              {inOrder(own).map((metric) => (
                <Tick
                  key={metric.name}
                  label={metric.name}
                  note={plural(metric.experiments, 'experiment')}
                  checked={ids.has(columnId({ kind: 'metric', metric }))}
                  onToggle={() => toggle({ kind: 'metric', metric: { source, name: metric.name } })}
                />
              ))}
            </Group>
          )
        })}
        {params.length > 0 ? (
          <Group title="Params on this page">
            {params.map((name) => (
              <Tick
                key={name}
                label={name}
                checked={ids.has(columnId({ kind: 'param', name }))}
                onToggle={() => toggle({ kind: 'param', name })}
              />
            ))}
          </Group>
        ) : null}
        {metrics.length + params.length === 0 ? <p className="t2">No experiment has a model yet, so there is nothing to choose.</p> : null}
      </div>
    </Dialog>
  )
}

/** What people choose by first, figures of one class last. */
function inOrder<T extends MetricKey>(metrics: readonly T[]): T[] {
  const usual = usualMetrics(metrics).map(({ name }) => name)
  const place = ({ name }: T) => (usual.includes(name) ? usual.indexOf(name) : name.includes('[') ? 200 : 100)
  return [...metrics].sort((a, b) => place(a) - place(b))
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset>
      <legend className="sm semi t2 mb-1">{title}</legend>
      {children}
    </fieldset>
  )
}

function Tick({ label, note, checked, onToggle }: { label: string; note?: string; checked: boolean; onToggle(): void }) {
  return (
    <label className="row" style={{ minHeight: 28 }}>
      <input type="checkbox" checked={checked} onChange={onToggle} />
      <span className="trunc">{label}</span>
      {note ? <span className="push sm t3 nowrap">{note}</span> : null}
    </label>
  )
}
