'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button, IconButton } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Empty } from '#components/ui/empty'
import { StatusIcon } from '#components/ui/status'
import { tell, tellError } from '#components/ui/toasts'
import { figureValueWords, figureWords } from '#core/monitor/figures'
import type { AlertRuleView } from '#core/monitor/views'

const looks = { ok: 'done', pending: 'queued', firing: 'failed' } as const

/** All rules of a deployment: how each stands now, to change and to remove. */
export function RulesSheet({
  deployment,
  rules,
  onClose,
  onEdit,
  onNew,
}: {
  deployment: string
  rules: readonly AlertRuleView[]
  onClose(): void
  onEdit(rule: AlertRuleView): void
  onNew(): void
}) {
  const refusal = useRefusal('lead')
  return (
    <Dialog
      open
      sheet
      onOpenChange={(open) => !open && onClose()}
      title={`Alert rules of ${deployment}`}
      description="Every rule is looked at each 15 s."
      footer={
        <Button kind="primary" refusal={refusal} onClick={onNew}>
          New alert rule
        </Button>
      }
    >
      {rules.length === 0 ? (
        <Empty title="No rules yet">A rule opens an alert when a figure stays beyond its limit.</Empty>
      ) : (
        <ul>
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} refusal={refusal} onEdit={() => onEdit(rule)} />
          ))}
        </ul>
      )}
    </Dialog>
  )
}

function RuleRow({ rule, refusal, onEdit }: { rule: AlertRuleView; refusal: string | null; onEdit(): void }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const remove = useMutation(
    trpc.alerts.removeRule.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() })
        tell({ title: 'Rule removed', detail: `${rule.name} and its alerts are gone.` })
      },
      onError: (error) => tellError('Rule not removed', error),
    }),
  )
  const now = rule.value === null ? 'no data now' : `now ${figureValueWords(rule.figure, rule.value)}`
  return (
    <li className="row items-start border-t border-(--border) py-2">
      <span className="mt-0.5">
        <StatusIcon status={rule.enabled ? looks[rule.status] : 'stale'} label={rule.enabled ? rule.status : 'off'} />
      </span>
      <span className="grow">
        <span className="med block trunc">{rule.name}</span>
        <span className="sm t2 block">
          {figureWords(rule.figure)} {rule.operator === '>' ? 'above' : 'below'} {figureValueWords(rule.figure, rule.limit)}
          {rule.minutes === 0 ? '' : ` for ${rule.minutes} min`}
        </span>
        <span className="sm t3 block">
          {rule.enabled ? `${rule.status}, ${now}` : 'off'}
          {rule.includesTest ? '' : ', without test traffic'}
          {rule.webhook ? `, webhook ${rule.webhook}` : ''}
        </span>
      </span>
      <IconButton label={`Change ${rule.name}`} quiet size="sm" refusal={refusal} onClick={onEdit}>
        <Pencil className="i s" aria-hidden />
      </IconButton>
      <IconButton
        label={`Remove ${rule.name}`}
        quiet
        size="sm"
        refusal={refusal ?? (remove.isPending ? 'Being removed' : null)}
        onClick={() => remove.mutate({ id: rule.id })}
      >
        <Trash2 className="i s" aria-hidden />
      </IconButton>
    </li>
  )
}
