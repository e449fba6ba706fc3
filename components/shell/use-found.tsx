'use client'

import { useQuery } from '@tanstack/react-query'
import { Box, Database, Rocket, Workflow } from 'lucide-react'
import { useDeferredValue } from 'react'
import { useTRPC } from '#components/api/client'
import type { Place } from './places'

const icons = {
  workflow: <Workflow className="i" aria-hidden />,
  dataSet: <Database className="i" aria-hidden />,
  model: <Box className="i" aria-hidden />,
  deployment: <Rocket className="i" aria-hidden />,
}
const groups = { workflow: 'Workflows', dataSet: 'Data', model: 'Models', deployment: 'Deployments' }

/** Objects whose name contains what was typed. */
export function useFound(search: string): Place[] {
  const trpc = useTRPC()
  const deferred = useDeferredValue(search.trim())
  const { data } = useQuery(trpc.find.byName.queryOptions({ search: deferred }, { placeholderData: (before) => before }))
  return (data ?? []).map((found) => ({ href: found.href, label: found.name, icon: icons[found.kind], group: groups[found.kind] }))
}
