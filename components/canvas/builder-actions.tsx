'use client'

import { useMutation } from '@tanstack/react-query'
import { Archive, ArchiveRestore, Download, Ellipsis, History, Keyboard, Pencil } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type RefObject, useMemo, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { usePaletteItems } from '#components/shell/command-palette'
import { Button, IconButton } from '#components/ui/button'
import { Menu, MenuItem } from '#components/ui/menu'
import { tell, tellError } from '#components/ui/toasts'
import { RenameDialog } from '#components/workflows/rename-dialog'
import { useCanvas, useCanvasState } from './canvas-context'
import { exportWorkflow } from './export-workflow.ts'
import { tidyUp } from './layout/tidy-up.ts'
import type { Opened } from './opened.ts'
import { RunControls } from './run/run-controls'
import type { Autosave } from './save/autosave.ts'
import { SavedIndicator } from './save/saved-indicator'
import { ShortcutsDialog } from './shortcuts-dialog'

type Props = { opened: Opened; autosave: RefObject<Autosave | null>; isHistoryOpen: boolean; onHistory(): void }

/** The top bar of the builder: saved at, version, history, more, run. */
export function BuilderActions({ opened, autosave, isHistoryOpen, onHistory }: Props) {
  const { about, newest, shown, run } = opened
  const version = useCanvasState((state) => state.version)
  const isNewest = shown.number === newest.number && run === null
  return (
    <>
      <SavedIndicator autosave={autosave} />
      <span className="badge hide-s">v{isNewest ? version : shown.number}</span>
      <span className="vr hide-s" />
      <IconButton quiet label="Versions and runs" aria-pressed={isHistoryOpen} onClick={onHistory}>
        <History className="i" aria-hidden />
      </IconButton>
      <MoreMenu opened={opened} />
      {isNewest ? <RunControls /> : <OldVersionActions workflowId={about.id} opened={opened} />}
    </>
  )
}

function OldVersionActions({ workflowId, opened }: { workflowId: string; opened: Opened }) {
  const trpc = useTRPC()
  const router = useRouter()
  const { shown, newest } = opened
  const role = useRefusal('analyst')
  const restore = useMutation(
    trpc.workflows.restore.mutationOptions({
      onSuccess: ({ number }) => {
        tell({ title: `v${shown.number} is back as v${number}` })
        router.push(`/workflows/${workflowId}`)
      },
      onError: (error) => tellError('Not restored', error),
    }),
  )
  return (
    <>
      <Button onClick={() => router.push(`/workflows/${workflowId}`)}>Go to v{newest.number}</Button>
      {shown.number === newest.number ? null : (
        <Button
          kind="primary"
          refusal={role}
          busy={restore.isPending}
          onClick={() => restore.mutate({ id: workflowId, number: shown.number })}
        >
          Restore v{shown.number}
        </Button>
      )}
    </>
  )
}

function MoreMenu({ opened }: { opened: Opened }) {
  const { about } = opened
  const { store, run } = useCanvas()
  const trpc = useTRPC()
  const router = useRouter()
  const role = useRefusal('analyst')
  const locked = useCanvasState((state) => state.locked)
  const [dialog, setDialog] = useState<'rename' | 'keys' | null>(null)
  const archive = useMutation(
    trpc.workflows.archive.mutationOptions({
      onSuccess: ({ archived }) => {
        tell({ title: archived ? `${about.name} is archived` : `${about.name} is back` })
        if (archived) router.push('/workflows')
        else router.refresh()
      },
      onError: (error) => tellError('Not archived', error),
    }),
  )
  usePaletteItems(
    useMemo(
      () => [
        {
          id: 'canvas-run',
          group: 'This workflow',
          label: 'Run',
          keywords: ['start'],
          hint: 'Ctrl Enter',
          run: () => void run({ kind: 'all' }),
        },
        { id: 'canvas-run-stale', group: 'This workflow', label: 'Run stale only', run: () => void run({ kind: 'stale' }) },
        { id: 'canvas-tidy', group: 'This workflow', label: 'Tidy up', keywords: ['layout'], hint: 'L', run: () => void tidyUp(store) },
        {
          id: 'canvas-export',
          group: 'This workflow',
          label: 'Export as JSON',
          keywords: ['download'],
          run: () => exportWorkflow(about, store.getState().graph),
        },
        { id: 'canvas-keys', group: 'This workflow', label: 'Keyboard shortcuts', hint: '?', run: () => setDialog('keys') },
      ],
      [run, store, about],
    ),
  )
  const icon = 'i s'
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button type="button" className="btn icon quiet" aria-label="More">
            <Ellipsis className="i" aria-hidden />
          </button>
        }
      >
        <MenuItem icon={<Pencil className={icon} aria-hidden />} refusal={role ?? locked} onSelect={() => setDialog('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon={<Download className={icon} aria-hidden />} onSelect={() => exportWorkflow(about, store.getState().graph)}>
          Export as JSON
        </MenuItem>
        <MenuItem icon={<Keyboard className={icon} aria-hidden />} end="?" onSelect={() => setDialog('keys')}>
          Keyboard
        </MenuItem>
        {about.archivedAt ? (
          <MenuItem
            icon={<ArchiveRestore className={icon} aria-hidden />}
            refusal={role}
            onSelect={() => archive.mutate({ id: about.id, archived: false })}
          >
            Bring back
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Archive className={icon} aria-hidden />}
            refusal={role}
            danger
            onSelect={() => archive.mutate({ id: about.id, archived: true })}
          >
            Archive
          </MenuItem>
        )}
      </Menu>
      <RenameDialog open={dialog === 'rename'} onOpenChange={() => setDialog(null)} workflow={about} />
      <ShortcutsDialog open={dialog === 'keys'} onOpenChange={() => setDialog(null)} />
    </>
  )
}
