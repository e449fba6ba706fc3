import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { plural } from '#core/words/format'

export type BatchTable = { id: string; version: number; rows: number; columns: string[]; label: string }

/** The newest versions of the data sets that have all columns a model reads. */
export function useBatchTables(reads: readonly string[]): BatchTable[] {
  const trpc = useTRPC()
  const sets = useQuery(trpc.dataSets.list.queryOptions())
  return (sets.data ?? []).flatMap(({ id, name, newest }) => {
    const columns = newest.columns?.map((column) => column.name) ?? []
    if (newest.artifact === null || !reads.every((column) => columns.includes(column))) return []
    const rows = newest.rows ?? 0
    return [{ id, version: newest.number, rows, columns, label: `${name}, version ${newest.number}, ${plural(rows, 'row')}` }]
  })
}
