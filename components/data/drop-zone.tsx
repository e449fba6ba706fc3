'use client'

import { Upload } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { dataFileTypes } from '#components/canvas/data/upload-file.ts'
import { Button } from '#components/ui/button'
import { cx } from '#components/ui/cx.ts'
import { FileInput } from '#components/ui/file-input'
import { formatBytes, formatShare } from '#core/words/format'
import type { UploadView } from './use-uploads.ts'

/** The button that opens the file dialog. */
export function UploadButton({
  onFiles,
  children,
  kind = 'primary',
}: {
  onFiles(files: Iterable<File>): void
  children: ReactNode
  kind?: 'primary' | 'default'
}) {
  const input = useRef<HTMLInputElement>(null)
  const refusal = useRefusal('analyst')
  return (
    <>
      <Button kind={kind} icon={<Upload className="i s" aria-hidden />} refusal={refusal} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <FileInput input={input} label="Files to upload" accept={dataFileTypes} multiple onFiles={onFiles} />
    </>
  )
}

/** Takes files that are dropped anywhere on it, and shows what is on its way. */
export function DropZone({
  uploads,
  onFiles,
  children,
}: {
  uploads: readonly UploadView[]
  onFiles(files: Iterable<File>): void
  children: ReactNode
}) {
  const [isOver, setOver] = useState(false)
  return (
    <section
      aria-label="Drop files here to upload them"
      className={cx('rounded-lg', isOver && 'outline-2 outline-dashed outline-[var(--accent)] outline-offset-4')}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
    >
      {uploads.map((one) => (
        <div key={one.id} className="card mb-3 p-3" role="status">
          <div className="row">
            <span className="med trunc">{one.name}</span>
            <span className="push sm t3 nowrap">
              {formatBytes(one.sent)} of {formatBytes(one.bytes)}, {formatShare(one.bytes === 0 ? 0 : one.sent / one.bytes, 0)}
            </span>
          </div>
          <div className="progress mt-2">
            <i style={{ width: `${one.bytes === 0 ? 0 : (100 * one.sent) / one.bytes}%` }} />
          </div>
        </div>
      ))}
      {children}
    </section>
  )
}
