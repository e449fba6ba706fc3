'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Select } from '#components/ui/field'
import { FileInput } from '#components/ui/file-input'
import { tellError } from '#components/ui/toasts'
import type { Column } from '#core/ports/columns'
import { formatNumber, formatShare } from '#core/words/format'
import { dataFileTypes, uploadFile } from './upload-file.ts'

type Props = {
  id?: string
  describedBy?: string | undefined
  invalid?: boolean | undefined
  /** Id or name of the chosen data set; '' for none. */
  value: string
  locked?: string | null | undefined
  onChange(dataSet: string, columns: readonly Column[] | undefined): void
}

/** Chooses an uploaded data set, or uploads one. */
export function DataSetPicker({ id, describedBy, invalid, value, locked, onChange }: Props) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const role = useRefusal('analyst')
  const file = useRef<HTMLInputElement>(null)
  const [share, setShare] = useState<number | null>(null)
  const { data } = useQuery(
    trpc.dataSets.list.queryOptions(undefined, {
      refetchInterval: (query) => (query.state.data?.some((set) => set.newest.status === 'loading') ? 1_000 : false),
    }),
  )
  const chosen = data?.find((set) => set.id === value || set.name === value)
  const choose = (set: string) => onChange(set, data?.find((each) => each.id === set)?.newest.columns ?? undefined)
  const upload = async (picked: File) => {
    setShare(0)
    try {
      const kept = await uploadFile(picked, { onShare: setShare })
      onChange(kept.dataSet, undefined)
      await queries.invalidateQueries({ queryKey: trpc.dataSets.list.queryKey() })
    } catch (error) {
      tellError('Not uploaded', error)
    } finally {
      setShare(null)
    }
  }
  const isGone = value !== '' && data !== undefined && !chosen
  return (
    <div className="col gap-1">
      <div className="row">
        <Select
          id={id}
          aria-describedby={describedBy}
          invalid={invalid || isGone}
          disabled={Boolean(locked)}
          value={chosen?.id ?? value}
          onChange={(event) => choose(event.target.value)}
          options={[
            { value: '', label: data?.length === 0 ? 'Nothing is uploaded yet' : 'Choose a data set' },
            ...(isGone ? [{ value, label: 'A data set that is gone' }] : []),
            ...(data ?? []).map((set) => ({
              value: set.id,
              label: set.name,
              disabled: set.newest.status === 'failed' && set.newest.rows === null,
            })),
          ]}
        />
        <Button
          icon={<Upload className="i s" aria-hidden />}
          refusal={locked ?? role}
          busy={share !== null}
          onClick={() => file.current?.click()}
        >
          {share === null ? 'Upload' : formatShare(share, 0)}
        </Button>
      </div>
      <FileInput input={file} label="Data file" accept={dataFileTypes} onFiles={([picked]) => picked && void upload(picked)} />
      {chosen ? <p className="sm t3">{stateWords(chosen.newest)}</p> : null}
    </div>
  )
}

function stateWords({
  status,
  rows,
  columns,
  number,
  error,
}: {
  status: string
  rows: number | null
  columns: readonly Column[] | null
  number: number
  error: string | null
}): string {
  if (status === 'loading') return `Version ${number} is being read …`
  if (status === 'failed') return error ?? `Version ${number} cannot be read.`
  return `Version ${number}: ${formatNumber(rows ?? 0)} rows, ${formatNumber(columns?.length ?? 0)} columns`
}
