'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { Reasons } from '#components/charts/reasons'
import { SimilarRowsTable } from '#components/charts/similar-rows'
import { Button } from '#components/ui/button'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select } from '#components/ui/field'
import type { PredictRow } from '#core/model/signature'
import type { Why } from './explain-in-browser.ts'
import type { Version } from './version-types.ts'
import { WordReasons } from './word-reasons'

/** Opens to why the model answered the row as it did. Nothing is loaded before it is opened, so no answer waits for it. */
export function WhyAnswer({ version, row, answer }: { version: Version; row: PredictRow; answer: string | null }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <section className="mt-3" aria-label="Why this answer">
      <Button
        kind="quiet"
        size="sm"
        icon={<Chevron className="i s" aria-hidden />}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        Why this answer
      </Button>
      <div id={id}>{isOpen ? <Panel version={version} row={row} answer={answer} /> : null}</div>
    </section>
  )
}

function Panel({ version, row, answer }: { version: Version; row: PredictRow; answer: string | null }) {
  const { state } = version
  const { data, error, refetch } = useQuery({
    queryKey: ['why', state, row],
    queryFn: async () => {
      const { explainInBrowser } = await import('./explain-in-browser.ts')
      return explainInBrowser(state ?? '', row)
    },
    enabled: state !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (state === null) return <Missing version={version} />
  if (error) return <Failure title="The answer could not be explained" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} />
  return <Explanation version={version} why={data} answer={answer} />
}

function Missing({ version: { recipe } }: { version: Version }) {
  return <p className="sm t2 mt-2">{whyMissing(recipe)}</p>
}

function whyMissing(recipe: Version['recipe']): string {
  if (recipe === null) return 'This model came as a file. Nothing is known of what it learned, so its answers cannot be explained.'
  if (recipe.estimator.kind === 'recommender') return 'Recommendations follow from the whole list of items, and are not explained.'
  return 'Nothing is kept of what this model learned: it was trained by an earlier version, or it is too large. Train it again and register it, and its answers are explained here.'
}

function Explanation({ version, why, answer }: { version: Version; why: Why; answer: string | null }) {
  const answered = Math.max(0, why.outputs.indexOf(answer ?? ''))
  const [output, setOutput] = useState(answered)
  const selectId = useId()
  const { outputs, values, similar } = why
  const name = outputs[output] ?? ''
  const reasons = why.reasonsFor(output)
  const words = why.wordsFor(output)
  const trained = version.recipe?.table
  return (
    <div className="col gap-3 mt-2">
      {outputs.length > 1 ? (
        <div className="row sm t2">
          <label htmlFor={selectId}>What speaks for</label>
          <Select
            id={selectId}
            inline
            value={String(output)}
            onChange={(event) => setOutput(Number(event.currentTarget.value))}
            options={outputs.map((label, k) => ({ value: String(k), label: k === answered ? `${label} (the answer)` : label }))}
          />
        </div>
      ) : null}
      <Reasons reasons={reasons} names={{ answer: name, other: outputs.length === 2 ? outputs[1 - output] : undefined }} values={values} />
      {words.map(({ column, parts }) => (
        <WordReasons key={column} column={column} parts={parts} />
      ))}
      {trained ? (
        <SimilarRowsTable
          similar={similar}
          trained={trained}
          target={version.signature.target}
          columns={reasons.columns.map(({ column }) => column).filter((column) => column in values)}
        />
      ) : null}
    </div>
  )
}
