'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { uploadFile } from '#components/canvas/data/upload-file.ts'
import { tellError } from '#components/ui/toasts'

export type UploadView = { id: string; name: string; bytes: number; sent: number }

/** Uploads under way, and the way to begin some. A finished one leaves the list; what was kept is in the data sets. */
export function useUploads(dataSet?: string): { uploads: readonly UploadView[]; upload(files: Iterable<File>): void } {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const [uploads, setUploads] = useState<readonly UploadView[]>([])
  const sendOne = async (file: File) => {
    const id = crypto.randomUUID()
    setUploads((all) => [...all, { id, name: file.name, bytes: file.size, sent: 0 }])
    const onShare = (share: number) =>
      setUploads((all) => all.map((one) => (one.id === id ? { ...one, sent: Math.round(share * file.size) } : one)))
    try {
      await uploadFile(file, { onShare, ...(dataSet !== undefined && { dataSet }) })
    } catch (error) {
      tellError(`${file.name} was not uploaded`, error)
    } finally {
      setUploads((all) => all.filter((one) => one.id !== id))
      await cache.invalidateQueries({ queryKey: trpc.dataSets.pathKey() })
    }
  }
  return {
    uploads,
    upload: (files) => {
      for (const file of files) void sendOne(file)
    },
  }
}
