'use client'

import { Command } from 'cmdk'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import type { Position } from '#core/graph/edit'

export type MenuEntry = {
  id: string
  label: string
  icon?: ReactNode
  category?: string | undefined
  /** At the end of the line, lighter. */
  end?: ReactNode
  keywords?: readonly string[]
  /** Why it is off. */
  refusal?: string | null | undefined
  /** `goOn` is true with Ctrl or Cmd held: choose and stay open. */
  run(goOn: boolean): void
}

const size = { width: 264, height: 340 }

/** A menu with a search line at a point of the window, by mouse and by keyboard. Escape and a click elsewhere close it. */
export function PointMenu({
  at,
  label,
  placeholder,
  entries,
  empty,
  footer,
  onClose,
}: {
  at: Position
  label: string
  placeholder: string
  entries: readonly MenuEntry[]
  empty: string
  footer?: ReactNode
  onClose(): void
}) {
  const box = useRef<HTMLDivElement>(null)
  const before = useRef<Element | null>(null)
  const holdsCtrl = useRef(false)
  useEffect(() => {
    before.current ??= document.activeElement
    const away = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose()
    }
    window.addEventListener('pointerdown', away, true)
    return () => {
      window.removeEventListener('pointerdown', away, true)
      if (before.current instanceof HTMLElement && document.activeElement === document.body) before.current.focus({ preventScroll: true })
    }
  }, [onClose])

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    holdsCtrl.current = event.ctrlKey || event.metaKey
    if (event.key === 'Escape') onClose()
    // The list takes plain Enter only.
    if (event.key === 'Enter' && holdsCtrl.current) {
      const chosen = box.current?.querySelector('[cmdk-item][data-selected="true"]')?.getAttribute('data-entry')
      const entry = entries.find(({ id }) => id === chosen)
      if (entry && !entry.refusal) entry.run(true)
      event.preventDefault()
    }
  }
  const left = Math.max(8, Math.min(at.x, window.innerWidth - size.width - 8))
  const top = Math.max(8, Math.min(at.y, window.innerHeight - size.height - 8))
  return createPortal(
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are watched on their way up from the search line
    <div
      ref={box}
      className="menu point-menu"
      style={{ left, top, width: size.width }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => (holdsCtrl.current = event.ctrlKey || event.metaKey)}
    >
      <Command label={label} loop>
        <Command.Input className="input" placeholder={placeholder} autoFocus />
        <Command.List>
          <Command.Empty>{empty}</Command.Empty>
          {entries.map((entry) => (
            <Command.Item
              key={entry.id}
              data-entry={entry.id}
              data-cat={entry.category}
              value={`${entry.label} ${entry.id}`}
              keywords={[...(entry.keywords ?? [])]}
              disabled={Boolean(entry.refusal)}
              onSelect={() => entry.run(holdsCtrl.current)}
            >
              {entry.icon}
              <span className="grow">
                <span className="block trunc">{entry.label}</span>
                {entry.refusal ? <span className="sm t3 block whitespace-normal">{entry.refusal}</span> : null}
              </span>
              {entry.end ? <span className="n">{entry.end}</span> : null}
            </Command.Item>
          ))}
        </Command.List>
      </Command>
      {footer ? <footer>{footer}</footer> : null}
    </div>,
    document.body,
  )
}
