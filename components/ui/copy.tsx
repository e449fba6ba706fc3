'use client'

import { Check, Copy as CopyIcon } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button'
import { tellError } from './toasts'

/** Copies `text`; the icon says that it did. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      setTimeout(() => setCopied(false), 1_500)
    } catch (error) {
      tellError('Not copied', error)
    }
  }
  return (
    <IconButton label={copied ? 'Copied' : label} quiet size="sm" onClick={copy}>
      {copied ? <Check className="i s" aria-hidden /> : <CopyIcon className="i s" aria-hidden />}
    </IconButton>
  )
}
