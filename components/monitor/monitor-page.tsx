'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Bell, Clock, Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select, Toggle } from '#components/ui/field'
import { useNow } from '#components/ui/time'
import type { AlertRuleView, MonitorView } from '#core/monitor/views'
import { formatClock, formatCompact, formatDateTime } from '#core/words/format'
import { AlertsCard } from './alerts-card'
import { AnswersCard } from './answers-card'
import { ArmsCard } from './arms-card'
import { DriftCard } from './drift-card'
import { PredictionsCard } from './predictions-card'
import { RangePicker } from './range-picker'
import { RuleDialog } from './rule-dialog'
import { RulesSheet } from './rules-sheet'
import { ServingTiles } from './serving-tiles'
import { ThenAndNow } from './then-and-now'
import { MonitorTiles } from './tiles'
import { TrafficCharts } from './traffic-charts'
import { type MonitorChoice, refreshMsOf, useMonitorChoice } from './use-view.ts'

type Open = { kind: 'rule'; rule: AlertRuleView | null } | { kind: 'rules' } | null

/** One deployment, live or over any range. */
export function MonitorPage({ name }: { name: string }) {
  const trpc = useTRPC()
  const [choice, change] = useMonitorChoice()
  const [isPaused, setPaused] = useState(false)
  const [open, setOpen] = useState<Open>(null)
  const refusal = useRefusal('lead')
  const refreshMs = refreshMsOf(choice.range)
  const figures = useQuery(
    trpc.monitor.figures.queryOptions(
      { deployment: name, ...choice },
      { refetchInterval: isPaused ? false : refreshMs, refetchOnWindowFocus: !isPaused, placeholderData: keepPreviousData },
    ),
  )
  const rules = useQuery(trpc.alerts.rules.queryOptions({ deployment: name }, { refetchInterval: 5_000 })).data ?? []
  const view = figures.data
  return (
    <Page
      crumbs={[{ label: 'Monitor', href: '/monitor' }, { label: name }]}
      actions={
        <>
          {figures.dataUpdatedAt > 0 ? (
            <span className="saved hide-s">
              <Clock className="i s" aria-hidden />
              {formatClock(new Date(figures.dataUpdatedAt))}
            </span>
          ) : null}
          {refreshMs ? (
            <Button
              className="hide-s"
              aria-pressed={isPaused}
              icon={isPaused ? <Play className="i s" aria-hidden /> : <Pause className="i s" aria-hidden />}
              onClick={() => setPaused(!isPaused)}
            >
              {isPaused ? 'Go on' : 'Pause'}
            </Button>
          ) : null}
          <Button
            kind="primary"
            icon={<Bell className="i s" aria-hidden />}
            refusal={refusal}
            busy={!view}
            onClick={() => setOpen({ kind: 'rule', rule: null })}
          >
            New alert rule
          </Button>
        </>
      }
    >
      <PageHead
        title={name}
        badges={<LiveBadge isLive={Boolean(refreshMs) && !isPaused} isFailing={figures.isError} updatedAt={figures.dataUpdatedAt} />}
        note={view ? `${formatCompact(view.total.rows)} answers ${inRange(choice.range)}` : undefined}
      >
        <TestSwitch view={view} includesTest={choice.includesTest} onChange={(includesTest) => change({ includesTest })} />
        <RangePicker range={choice.range} onChange={(range) => change({ range })} />
        <VersionSelect view={view} versionId={choice.versionId} onChange={(versionId) => change({ versionId })} />
      </PageHead>
      {view ? (
        <Figures
          view={view}
          rules={rules}
          choice={choice}
          refreshMs={isPaused ? false : refreshMs}
          onRules={() => setOpen({ kind: 'rules' })}
          onNewRule={() => setOpen({ kind: 'rule', rule: null })}
        />
      ) : figures.isError ? (
        <Failure title="The figures did not load" error={figures.error} onRetry={() => figures.refetch()} />
      ) : (
        <Loading />
      )}
      {open?.kind === 'rules' ? (
        <RulesSheet
          deployment={name}
          rules={rules}
          onClose={() => setOpen(null)}
          onEdit={(rule) => setOpen({ kind: 'rule', rule })}
          onNew={() => setOpen({ kind: 'rule', rule: null })}
        />
      ) : null}
      {open?.kind === 'rule' && view ? <RuleDialog view={view} rule={open.rule} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}

type FiguresProps = {
  view: MonitorView
  rules: readonly AlertRuleView[]
  choice: MonitorChoice
  /** False while paused. */
  refreshMs: number | false
  onRules(): void
  onNewRule(): void
}

function Figures({ view, rules, choice, refreshMs, onRules, onNewRule }: FiguresProps) {
  const empty = emptyWords(view, choice)
  const rangeWords = typeof choice.range === 'string' ? inRange(choice.range).replace('in the ', '') : 'chosen range'
  return (
    <>
      <MonitorTiles view={view} rules={rules} />
      <ServingTiles view={view} />
      <TrafficCharts view={view} rules={rules} empty={empty} />
      <div className="grid mt-3" style={{ gridTemplateColumns: 'minmax(0, 500fr) minmax(0, 696fr)' }}>
        <PredictionsCard view={view} empty={empty} />
        <DriftCard view={view} />
      </div>
      <div className="grid mt-3" style={{ gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 3fr) minmax(0, 2.5fr)' }}>
        <ThenAndNow view={view} rangeWords={rangeWords} />
        <AlertsCard deployment={view.deployment.name} rules={rules} onRules={onRules} onNewRule={onNewRule} />
        <ArmsCard view={view} rangeWords={rangeWords} />
      </div>
      <div className="mt-3">
        <AnswersCard deployment={view.deployment.name} choice={choice} refreshMs={refreshMs} />
      </div>
    </>
  )
}

function TestSwitch({
  view,
  includesTest,
  onChange,
}: {
  view: MonitorView | undefined
  includesTest: boolean
  onChange(includesTest: boolean): void
}) {
  const count = view && includesTest && view.testRequests > 0 ? ` (${formatCompact(view.testRequests)})` : ''
  return (
    <span className="row tight sm">
      <Toggle checked={includesTest} onChange={onChange} label="Count test traffic" />
      <span className="t2 nowrap" aria-hidden>
        Test traffic{count}
      </span>
    </span>
  )
}

function VersionSelect({
  view,
  versionId,
  onChange,
}: {
  view: MonitorView | undefined
  versionId: string | undefined
  onChange(versionId: string | undefined): void
}) {
  const arms = view?.arms ?? []
  const options = [
    { value: '', label: 'All versions' },
    ...arms.map((arm) => ({ value: arm.versionId, label: `v${arm.number}, ${arm.role}` })),
    ...(versionId && !arms.some((arm) => arm.versionId === versionId) ? [{ value: versionId, label: 'chosen version' }] : []),
  ]
  return (
    <Select
      inline
      aria-label="Model version"
      value={versionId ?? ''}
      options={options}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  )
}

function LiveBadge({ isLive, isFailing, updatedAt }: { isLive: boolean; isFailing: boolean; updatedAt: number }) {
  const now = useNow()
  if (isFailing && updatedAt > 0)
    return (
      <span className="badge" data-st="failed">
        not updating since {formatClock(new Date(updatedAt))}
      </span>
    )
  if (!isLive) return <span className="badge">standing still</span>
  const seconds = updatedAt === 0 || now === 0 ? 0 : Math.max(0, Math.round((now - updatedAt) / 1000))
  return <span className="live">Live, {seconds} s ago</span>
}

function Loading() {
  return (
    <div role="status" aria-label="Loading">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(6, minmax(0, 1fr))' }}>
        {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
          <Skeleton key={key} height={82} />
        ))}
      </div>
      <div className="grid mt-3" style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
        {['a', 'b', 'c'].map((key) => (
          <Skeleton key={key} height={192} />
        ))}
      </div>
      <div className="grid mt-3" style={{ gridTemplateColumns: 'minmax(0, 500fr) minmax(0, 696fr)' }}>
        <Skeleton height={244} />
        <Skeleton height={244} />
      </div>
    </div>
  )
}

const rangeNames = {
  '1h': 'in the last hour',
  '6h': 'in the last 6 h',
  '24h': 'in the last 24 h',
  '7d': 'in the last 7 d',
  '30d': 'in the last 30 d',
}

function inRange(range: MonitorChoice['range']): string {
  return typeof range === 'string' ? rangeNames[range] : `from ${formatDateTime(range.from)} to ${formatDateTime(range.to)}`
}

/** Why a chart is empty, and what to do. */
function emptyWords(view: MonitorView, { versionId, includesTest, range }: MonitorChoice): string {
  if (view.total.requests > 0) return 'No request in this range was answered: all of them failed. See errors on the left.'
  if (versionId) return `This version answered nothing ${inRange(range)}. Choose all versions, or a longer range.`
  if (!includesTest) return `No real traffic ${inRange(range)}. Switch test traffic on, or choose a longer range.`
  return `No requests ${inRange(range)}. Choose a longer range, or send test traffic from the deployment.`
}
