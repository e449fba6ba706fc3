'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, ExternalLink, Package } from 'lucide-react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Card } from '#components/ui/card'
import { errorSentence } from '#components/ui/failure'
import { Ago } from '#components/ui/time'
import { tell } from '#components/ui/toasts'
import { formatBytes } from '#core/words/format'
import { ReasonedButton } from './reasoned-button'

/** Hands the champion out: a bundle that answers in any browser, offline too. */
export function EdgeCard({ deployment, champion }: { deployment: string; champion: number }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const refusal = useRefusal('lead')
  const published = useQuery(trpc.edge.get.queryOptions({ deployment }))
  const publish = useMutation(
    trpc.edge.publish.mutationOptions({
      onSuccess: ({ version, bytes }) => tell({ title: `v${version} is published for the edge`, detail: `${formatBytes(bytes)} in all` }),
      onSettled: () => cache.invalidateQueries({ queryKey: trpc.edge.get.queryKey({ deployment }) }),
    }),
  )
  const { data } = published
  const address = `/api/edge/${deployment}`
  return (
    <Card title="Edge" note="the model where the data is: in a browser, offline too" bodyClassName="col gap-2!">
      <p className="sm t2">
        {data ? (
          <>
            v{data.version} of release {data.release}, {formatBytes(data.bytes)}, published <Ago at={data.at} />
            {data.by ? ` by ${data.by}` : ''}.{data.version === champion ? '' : ` v${champion} is the champion now.`}
          </>
        ) : published.isError ? (
          errorSentence(published.error)
        ) : (
          'Not published yet. A bundle holds the model, a typed client, and a page that works offline; nothing that it answers leaves the page unless it is reported.'
        )}
      </p>
      <div className="row flex-wrap">
        <ReasonedButton
          icon={<Package className="i s" aria-hidden />}
          refusal={refusal}
          busy={publish.isPending}
          reason={`v${champion} handed out for the edge`}
          about="publishing"
          onAct={(reason) => publish.mutate({ deployment, reason })}
        >
          Publish v{champion}
        </ReasonedButton>
        {data ? (
          <>
            <a className="btn" href={`${address}/index.html`} target="_blank" rel="noreferrer">
              <ExternalLink className="i s" aria-hidden />
              Open its page
            </a>
            <a className="btn" href={`${address}/bundle.zip`} download>
              <Download className="i s" aria-hidden />
              Download
            </a>
          </>
        ) : null}
      </div>
      {publish.isError ? (
        <p className="err" role="alert">
          {errorSentence(publish.error)}
        </p>
      ) : null}
    </Card>
  )
}
