'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { UseItCard } from '#components/deployments/use-it-card'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import type { DeploymentValue } from '#core/ports/kinds'
import { ValueFacts } from './value-facts'

/** A deployment on a port: what it serves, how to call it, and a call right here. */
export function DeploymentPanel({ value }: { value: DeploymentValue }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(trpc.deployments.get.queryOptions({ name: value.deployment }))
  return (
    <>
      <ValueFacts value={value} />
      <div className="px-3 pb-3">
        {data ? (
          <UseItCard deployment={data} />
        ) : error ? (
          <Failure title="The deployment did not load" error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows rows={4} />
        )}
      </div>
    </>
  )
}
