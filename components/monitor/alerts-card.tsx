'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import { tellError } from '#components/ui/toasts'
import type { AlertRuleView, AlertView } from '#core/monitor/views'

/** Alerts of a deployment, open ones first, each with what the webhook said. */
export function AlertsCard({
  deployment,
  rules,
  onRules,
  onNewRule,
}: {
  deployment: string
  rules: readonly AlertRuleView[]
  onRules(): void
  onNewRule(): void
}) {
  const trpc = useTRPC()
  const { data: alerts } = useQuery(trpc.alerts.list.queryOptions({ deployment, limit: 20 }, { refetchInterval: 5_000 }))
  const open = alerts?.filter((alert) => alert.closedAt === null).length ?? 0
  const pending = rules.filter((rule) => rule.status === 'pending').length
  return (
    <Card
      title="Alerts"
      note={pending > 0 ? `${open} open, ${pending} pending` : `${open} open`}
      end={
        <Button kind="quiet" size="sm" onClick={onRules}>
          {rules.length === 0 ? 'Rules' : `Rules (${rules.length})`}
        </Button>
      }
      bodyClassName="p-0"
    >
      {alerts?.length ? (
        <ul className="overflow-y-auto" style={{ maxHeight: 220 }}>
          {alerts.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </ul>
      ) : (
        <div className="sm t3 col items-start px-3 pb-3">
          <p>{rules.length === 0 ? 'No rule watches this deployment yet.' : 'No rule has fired.'}</p>
          {rules.length === 0 ? (
            <Button size="sm" onClick={onNewRule}>
              New alert rule
            </Button>
          ) : null}
        </div>
      )}
    </Card>
  )
}

function AlertRow({ alert }: { alert: AlertView }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const refusal = useRefusal('analyst')
  const acknowledge = useMutation(
    trpc.alerts.acknowledge.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.alerts.list.pathKey() }),
      onError: (error) => tellError('Not acknowledged', error),
    }),
  )
  const isOpen = alert.closedAt === null
  const status = isOpen ? (alert.acknowledgedAt ? 'waiting' : 'failed') : 'done'
  const word = isOpen ? (alert.acknowledgedAt ? 'open, seen' : 'open') : 'closed'
  return (
    <li className="row items-start border-t border-(--border) px-3 py-2">
      <span className="mt-0.5">
        <StatusIcon status={status} label={word} />
      </span>
      <span className="grow">
        <span className="row">
          <span className="med trunc">{isOpen ? alert.name : `${alert.name}, back to normal`}</span>
          <span className="sm t3 push">
            <Ago at={alert.closedAt ?? alert.openedAt} />
          </span>
        </span>
        <span className="sm t2 block">{alert.sentence}</span>
        {alert.acknowledgedBy || alert.webhookStatus ? (
          <span className="sm t3 block">
            {[
              alert.acknowledgedBy ? `seen by ${alert.acknowledgedBy}` : null,
              alert.webhookStatus ? `webhook: ${alert.webhookStatus}` : null,
            ]
              .filter(Boolean)
              .join('; ')}
          </span>
        ) : null}
      </span>
      {isOpen && !alert.acknowledgedAt ? (
        <Button size="sm" refusal={refusal} busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ id: alert.id })}>
          Acknowledge
        </Button>
      ) : null}
    </li>
  )
}
