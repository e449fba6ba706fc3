'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button'

export type DialogProps = {
  open: boolean
  onOpenChange(open: boolean): void
  title: ReactNode
  description?: ReactNode
  children: ReactNode
  /** Buttons, the primary one last. */
  footer?: ReactNode
  /** A panel at the right edge, for longer content. */
  sheet?: boolean
  width?: number
}

/** A modal dialog or sheet: focus stays inside, Escape closes, focus goes back. */
export function Dialog({ open, onOpenChange, title, description, children, footer, sheet, width }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={sheet ? 'sheet' : 'dialog'}
          style={width ? { width } : undefined}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header>
            <div className="row">
              <Radix.Title asChild>
                <h2 className="semi grow text-[14px]">{title}</h2>
              </Radix.Title>
              {/* A sheet covers all of a phone, where nothing beside it can be touched and no key closes it. */}
              {sheet ? (
                <IconButton quiet size="sm" label="Close" onClick={() => onOpenChange(false)}>
                  <X className="i s" aria-hidden />
                </IconButton>
              ) : null}
            </div>
            {description ? (
              <Radix.Description asChild>
                <p className="sm t2 mt-1">{description}</p>
              </Radix.Description>
            ) : null}
          </header>
          <div className="body">{children}</div>
          {footer ? <footer className="justify-end">{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
