'use client'

import { FileBox, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { TextInput } from '#components/ui/field'
import { FileInput } from '#components/ui/file-input'
import { tellError } from '#components/ui/toasts'
import { modelFileRefSchema } from '#core/model/model-file-ref'
import { formatShare } from '#core/words/format'
import { uploadModelFile } from '../data/upload-file.ts'
import { type ControlProps, useForm } from './form-context'

type Props = ControlProps & { id: string; describedBy: string | undefined; invalid: boolean }

/** Chooses an .onnx file; it is uploaded and read at once, and the param keeps its hash and name. */
export function ModelFileControl({ value, onChange, id, describedBy, invalid }: Props) {
  const { locked } = useForm()
  const role = useRefusal('analyst')
  const input = useRef<HTMLInputElement>(null)
  const [share, setShare] = useState<number | null>(null)
  const [facts, setFacts] = useState('')
  const chosen = modelFileRefSchema.safeParse(value).data
  const upload = async (picked: File) => {
    setShare(0)
    try {
      const kept = await uploadModelFile(picked, { onShare: setShare })
      onChange({ artifact: kept.artifact, name: kept.name })
      setFacts(kept.facts)
    } catch (error) {
      tellError(`${picked.name} was not taken`, error)
    } finally {
      setShare(null)
    }
  }
  return (
    <div className="col gap-1">
      <div className="row">
        <TextInput
          id={id}
          aria-describedby={describedBy}
          invalid={invalid}
          className="grow"
          icon={<FileBox className="i s" aria-hidden />}
          readOnly
          value={chosen?.name ?? ''}
          placeholder="No file yet"
        />
        <Button
          icon={<Upload className="i s" aria-hidden />}
          refusal={locked ?? role}
          busy={share !== null}
          onClick={() => input.current?.click()}
        >
          {share === null ? (chosen ? 'Replace' : 'Choose') : formatShare(share, 0)}
        </Button>
      </div>
      <FileInput input={input} label="Model file to upload" accept=".onnx" onFiles={([picked]) => picked && void upload(picked)} />
      {facts === '' ? null : <p className="sm t3">{facts}</p>}
    </div>
  )
}
