import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { plural } from '#core/words/format'

/** Tables whose rows may be replayed: the sample that came with the live version, then the newest versions of the data sets that have its columns. */
export function useReplayTables(hasSample: boolean, columns: readonly string[]): { value: string; label: string }[] {
  const trpc = useTRPC()
  const sets = useQuery(trpc.dataSets.list.queryOptions())
  const sample = hasSample ? [{ value: 'sample', label: 'Sample rows of the live version' }] : []
  const tables = (sets.data ?? []).flatMap(({ name, newest }) => {
    const has = new Set(newest.columns?.map((column) => column.name))
    return newest.artifact && columns.every((column) => has.has(column))
      ? [{ value: newest.artifact, label: `${name}, version ${newest.number}, ${plural(newest.rows ?? 0, 'row')}` }]
      : []
  })
  return [...sample, ...tables]
}
