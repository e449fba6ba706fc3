'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Card } from '#components/ui/card'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Toggle } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import { Ago } from '#components/ui/time'
import type { LoggedAnswer } from '#core/monitor/views'
import { msWords } from './figure-words.ts'
import { answerWords, inputWords, marksOf, versionWords } from './prepare-answers.ts'
import type { MonitorChoice } from './use-view.ts'

type AnswersCardProps = { deployment: string; choice: Pick<MonitorChoice, 'versionId' | 'includesTest'>; refreshMs: number | false }

/** The newest answers in the log, marked where another than the asked version, or another place, answered. */
export function AnswersCard({ deployment, choice: { versionId, includesTest }, refreshMs }: AnswersCardProps) {
  const trpc = useTRPC()
  const [includesShadow, setIncludesShadow] = useState(false)
  const answers = useQuery(
    trpc.monitor.predictions.queryOptions(
      { deployment, includesTest, includesShadow, ...(versionId === undefined ? {} : { versionId }) },
      { refetchInterval: refreshMs, placeholderData: keepPreviousData },
    ),
  )
  return (
    <Card
      title="Latest answers"
      note="whatever the range"
      end={
        <span className="row tight sm">
          <Toggle checked={includesShadow} onChange={setIncludesShadow} label="Show what shadows answered" />
          <span className="t2 nowrap" aria-hidden>
            Shadows
          </span>
        </span>
      }
      bodyClassName="p-0"
    >
      {answers.data === undefined ? (
        answers.isError ? (
          <Failure title="The answers did not load" error={answers.error} onRetry={() => answers.refetch()} />
        ) : (
          <SkeletonRows rows={4} />
        )
      ) : answers.data.length === 0 ? (
        <p className="sm t3 px-3 py-2">Nothing was answered yet. Send a record, or test traffic from the deployment.</p>
      ) : (
        <AnswersTable answers={answers.data} />
      )}
    </Card>
  )
}

function AnswersTable({ answers }: { answers: readonly LoggedAnswer[] }) {
  return (
    <ScrollX label="Latest answers">
      <table>
        <thead>
          <tr>
            <th scope="col">when</th>
            <th scope="col">answer</th>
            <th scope="col">answered by</th>
            <th scope="col">input, as the model saw it</th>
            <th scope="col" className="num">
              latency
            </th>
          </tr>
        </thead>
        <tbody>
          {answers.map((answer) => (
            <AnswerRow key={answer.id} answer={answer} />
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

function AnswerRow({ answer }: { answer: LoggedAnswer }) {
  const input = inputWords(answer)
  return (
    <tr>
      <td className="nowrap t2">
        <Ago at={answer.at} />
      </td>
      <td>
        <span className="row tight">
          <span className="med nowrap">{answerWords(answer)}</span>
          {marksOf(answer).map((mark) => (
            <span key={mark} className="badge">
              {mark}
            </span>
          ))}
        </span>
      </td>
      <td className="nowrap">{versionWords(answer)}</td>
      <td className={input.isKept ? '' : 't3'}>
        <span className="trunc block" style={{ maxWidth: 520 }} title={input.text}>
          {input.text}
        </span>
      </td>
      <td className="num nowrap">{answer.isEdge ? '–' : `${msWords(answer.latencyMs)} ms`}</td>
    </tr>
  )
}
