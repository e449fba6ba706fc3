'use client'

import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { placeItems } from './places'
import { useFound } from './use-found'

export type PaletteItem = {
  id: string
  group: string
  label: string
  keywords?: readonly string[]
  icon?: ReactNode
  hint?: string
  run(): void
}

type Palette = { open(): void; register(items: readonly PaletteItem[]): () => void }

const PaletteContext = createContext<Palette | null>(null)

/** Ctrl/Cmd+K finds anything: places, objects by name, and what the page at hand registers. */
export function PaletteProvider({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  const [extra, setExtra] = useState<readonly (readonly PaletteItem[])[]>([])
  const register = useCallback((items: readonly PaletteItem[]) => {
    setExtra((all) => [...all, items])
    return () => setExtra((all) => all.filter((each) => each !== items))
  }, [])
  const palette = useMemo(() => ({ open: () => setOpen(true), register }), [register])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen((open) => !open)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  return (
    <PaletteContext value={palette}>
      {children}
      {isOpen ? <PaletteDialog extra={extra.flat()} onClose={() => setOpen(false)} /> : null}
    </PaletteContext>
  )
}

/** Adds entries for as long as the component is mounted. Memoise `items`. */
export function usePaletteItems(items: readonly PaletteItem[]): void {
  const palette = useContext(PaletteContext)
  useEffect(() => palette?.register(items), [palette, items])
}

/** The quiet button in the top bar. */
export function FindAnything() {
  const palette = useContext(PaletteContext)
  return (
    <button
      type="button"
      className="btn quiet"
      onClick={() => palette?.open()}
      aria-label="Find anything"
      aria-keyshortcuts="Control+K Meta+K"
    >
      <Search className="i s" aria-hidden />
      <span className="t3 hide-s">Find anything</span>
      <span className="kbd hide-s">Ctrl K</span>
    </button>
  )
}

function PaletteDialog({ extra, onClose }: { extra: readonly PaletteItem[]; onClose(): void }) {
  const router = useRouter()
  const [search, setSearch] = useState('')
  const found = useFound(search)
  const places: PaletteItem[] = [...placeItems, ...found].map((place) => ({
    id: place.href,
    group: place.group,
    label: place.label,
    icon: place.icon,
    ...(place.hint ? { hint: place.hint } : {}),
    run: () => router.push(place.href),
  }))
  const items = [...extra, ...places]
  const groups = [...new Set(items.map((item) => item.group))]
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      label="Find anything"
      overlayClassName="scrim"
      contentClassName="palette-dialog"
    >
      <Command.Input value={search} onValueChange={setSearch} placeholder="Find a page, workflow, data set, model or action" />
      <Command.List>
        <Command.Empty>Nothing has this name.</Command.Empty>
        {groups.map((group) => (
          <Command.Group key={group} heading={group}>
            {items
              .filter((item) => item.group === group)
              .map((item) => (
                <Command.Item
                  key={item.id}
                  value={`${item.label} ${item.id}`}
                  keywords={[...(item.keywords ?? [])]}
                  onSelect={() => {
                    onClose()
                    item.run()
                  }}
                >
                  {item.icon}
                  {item.label}
                  {item.hint ? <span className="push sm t3">{item.hint}</span> : null}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command.Dialog>
  )
}
