'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Failure } from '#components/ui/failure'
import type { Graph } from '#core/graph/graph'
import { drawPicture } from '#core/graph/picture'
import { plural } from '#core/words/format'
import { GraphPicture } from './graph-picture'
import { TemplateDialog, type TemplateView } from './template-dialog'
import { useStartWorkflow } from './use-start-workflow.ts'

/** Finished workflows to start from; those that need to know something ask first. */
export function TemplateGallery() {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const { start, isBusy } = useStartWorkflow()
  const [asking, setAsking] = useState<TemplateView | null>(null)
  const { data, error, refetch } = useQuery(trpc.templates.list.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
  if (error) return <Failure title="The templates cannot be listed" error={error} onRetry={() => void refetch()} />
  const choose = (template: TemplateView) => {
    if (refusal || isBusy) return
    if (template.fields.some((field) => field.default === undefined)) setAsking(template)
    else start({ template: template.name })
  }
  return (
    <section aria-labelledby="templates">
      <div className="page-head mt-5 mb-2">
        <h2 id="templates" className="semi text-[14px]">
          Templates
        </h2>
        <span className="sm t3">{refusal ?? 'finished lines to start from'}</span>
      </div>
      <div className="grid tpls">
        {(data ?? []).map((template) => (
          <button
            key={template.name}
            type="button"
            className="card tpl"
            aria-disabled={refusal ? true : undefined}
            onClick={() => choose(template)}
          >
            <div className="pic">
              <GraphPicture picture={drawPicture(template.graph)} width={292} height={88} />
            </div>
            <div className="txt">
              <h3 className="semi">{template.title}</h3>
              <p className="sm t2">{template.summary}</p>
              <p className="row sm t3">
                <span>{needsWords(template.fields)}</span>
                <span className="push nowrap">{stagesWords(template.graph)}</span>
              </p>
            </div>
          </button>
        ))}
      </div>
      {asking ? <TemplateDialog template={asking} onClose={() => setAsking(null)} /> : null}
    </section>
  )
}

function needsWords(fields: TemplateView['fields']): string {
  const asked = fields.filter((field) => field.default === undefined)
  return asked.length === 0 ? 'runs as it is' : `asks for ${asked.map((field) => field.title.toLowerCase()).join(', ')}`
}

function stagesWords(graph: Graph): string {
  return graph.stages.length === 0 ? 'empty' : plural(graph.stages.length, 'stage')
}
