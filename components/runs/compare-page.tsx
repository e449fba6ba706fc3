'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Toggle } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusBadge, StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import type { StageComparison } from '#core/runs/compare'
import type { RunView } from '#core/runs/views'
import { formatDuration, plural } from '#core/words/format'
import { figureWords, paramWords, runTookMs } from './run-words.ts'

/** Two runs of a workflow side by side: params and figures, what changed marked. */
export function ComparePage() {
  const trpc = useTRPC()
  const router = useRouter()
  const params = useSearchParams()
  const [before, after] = [params.get('a') ?? '', params.get('b') ?? '']
  const isAsked = before !== '' && after !== ''
  const { data, error, refetch } = useQuery(trpc.runs.compare.queryOptions({ before, after }, { enabled: isAsked }))
  const [onlyChanged, setOnlyChanged] = useState(true)
  const name = data?.after.workflow.name
  const changed = data?.stages.filter(isChanged) ?? []
  return (
    <Page
      crumbs={[{ label: 'Runs', href: '/runs' }, { label: data ? `${data.before.number} and ${data.after.number}` : 'Compare' }]}
      actions={
        <Button
          kind="primary"
          refusal={data ? null : 'Choose two runs first.'}
          onClick={() => router.replace(`/runs/compare?a=${after}&b=${before}`)}
        >
          Swap runs
        </Button>
      }
    >
      <PageHead
        title={data ? `${name}: run ${data.before.number} and run ${data.after.number}` : 'Compare runs'}
        note={
          data
            ? `${changed.length === 0 ? 'no stage differs' : `${plural(changed.length, 'stage differs', 'stages differ')}`} of ${data.stages.length}`
            : undefined
        }
      >
        <span className="row tight sm">
          <Toggle checked={onlyChanged} onChange={setOnlyChanged} label="Only what differs" />
          <span className="t2" aria-hidden>
            Only what differs
          </span>
        </span>
      </PageHead>
      {!isAsked ? (
        <Empty
          title="No runs chosen"
          action={
            <Link className="btn primary" href="/runs">
              Choose two runs
            </Link>
          }
        >
          Tick two runs of one workflow in the list of runs.
        </Empty>
      ) : data ? (
        <>
          <Heads before={data.before} after={data.after} />
          {(onlyChanged ? changed : data.stages).map((stage) => (
            <StageCard key={stage.stage} stage={stage} numbers={[data.before.number, data.after.number]} onlyChanged={onlyChanged} />
          ))}
          {onlyChanged && changed.length === 0 ? (
            <Empty title="Nothing differs" action={<Button onClick={() => setOnlyChanged(false)}>Show all stages</Button>}>
              Both runs used the same params and came to the same figures.
            </Empty>
          ) : null}
        </>
      ) : error ? (
        <Failure title="The runs did not load" error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={12} />
      )}
    </Page>
  )
}

function isChanged(stage: StageComparison): boolean {
  return stage.change !== 'same' || stage.figures.some((figure) => figure.before !== figure.after)
}

function Heads({ before, after }: { before: RunView; after: RunView }) {
  return (
    <div className="grid" style={{ gridTemplateColumns: '1fr 1fr' }}>
      {[before, after].map((run, i) => {
        const took = runTookMs(run, 0)
        return (
          <Card
            key={run.id}
            title={<Link href={`/runs/${run.id}`}>Run {run.number}</Link>}
            note={i === 0 ? 'before' : 'after'}
            end={<StatusBadge status={run.status} />}
          >
            <p className="sm t2">
              v{run.version.number}
              {took === null ? '' : `, ${formatDuration(took)}`}, <Ago at={run.createdAt} />
            </p>
          </Card>
        )
      })}
    </div>
  )
}

const changeWords = { same: '', changed: 'changed', added: 'only after', removed: 'only before' }

function StageCard({ stage, numbers, onlyChanged }: { stage: StageComparison; numbers: readonly [number, number]; onlyChanged: boolean }) {
  const figures = stage.figures.filter((figure) => !onlyChanged || figure.before !== figure.after)
  return (
    <Card
      className="mt-3"
      title={stage.title ?? stage.stage}
      note={stage.type}
      end={stage.change === 'same' ? null : <span className="badge accent">{changeWords[stage.change]}</span>}
      bodyClassName="p-0"
    >
      <ScrollX label="Params and figures">
        <table style={{ tableLayout: 'fixed', minWidth: 520 }}>
          <thead>
            <tr>
              <th scope="col">what</th>
              <th scope="col">run {numbers[0]}</th>
              <th scope="col">run {numbers[1]}</th>
              <th scope="col" className="num">
                change
              </th>
            </tr>
          </thead>
          <tbody>
            {stage.params.map((param) => (
              <tr key={`param ${param.param}`} className="on">
                <td className="mono">{param.param}</td>
                <td className="mono trunc" title={paramWords(param.before)}>
                  {paramWords(param.before)}
                </td>
                <td className="mono trunc semi" title={paramWords(param.after)}>
                  {paramWords(param.after)}
                </td>
                <td className="num t3">param</td>
              </tr>
            ))}
            {figures.map((figure) => (
              <tr key={`figure ${figure.name}`} className={figure.before === figure.after ? undefined : 'on'}>
                <td>{figure.name}</td>
                <td>{figureWords(figure.before, figure.unit)}</td>
                <td className="semi">{figureWords(figure.after, figure.unit)}</td>
                <td className="num">
                  <Difference figure={figure} />
                </td>
              </tr>
            ))}
            <tr>
              <td className="t2">status and time</td>
              <Side side={stage.before} />
              <Side side={stage.after} />
              <td />
            </tr>
          </tbody>
        </table>
      </ScrollX>
    </Card>
  )
}

function Side({ side }: { side: StageComparison['before'] }) {
  return (
    <td>
      {side.status === null ? (
        <span className="t3">not there</span>
      ) : (
        <span className="row tight">
          <StatusIcon status={side.status} />
          {side.durationMs === null ? side.status : formatDuration(side.durationMs)}
        </span>
      )}
    </td>
  )
}

/** Green when the figure moved the way it should, red when not. */
function Difference({ figure: { before, after, unit, better } }: { figure: StageComparison['figures'][number] }) {
  if (before === null || after === null || before === after) return <span className="t3">–</span>
  if (Math.abs(after - before) < 0.0005) return <span className="t3">{'<0.001'}</span>
  const isUp = after > before
  const look = better === undefined ? 't2' : (better === 'higher') === isUp ? 'good' : 'bad'
  return (
    <span className={look}>
      {isUp ? '+' : '−'}
      {figureWords(Math.abs(after - before), unit)}
    </span>
  )
}
