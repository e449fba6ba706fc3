'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { DeploySheet } from '#components/deployments/deploy-sheet'
import { Button } from '#components/ui/button'
import type { Version } from './version-types.ts'

/** Opens the sheet that shows this version against what is live, and deploys it. */
export function DeployVersion({ version }: { version: Version }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const refusal = useRefusal('lead')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button kind="primary" icon={<Rocket className="i s" aria-hidden />} refusal={refusal} onClick={() => setOpen(true)}>
        Deploy v{version.number}
      </Button>
      <DeploySheet
        open={isOpen}
        onOpenChange={setOpen}
        model={version.model}
        versionId={version.id}
        onDeployed={() => cache.invalidateQueries({ queryKey: trpc.models.pathKey() })}
      />
    </>
  )
}
