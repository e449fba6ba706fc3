'use client'

import { Plus } from 'lucide-react'
import { type RefObject, useCallback, useState } from 'react'
import { Button } from '#components/ui/button'
import { Empty } from '#components/ui/empty'
import { useCanvas, useCanvasState } from './canvas-context'
import { CanvasMap, EditTools, ZoomTools } from './canvas-tools'
import { Dock } from './dock/dock'
import { FlowCanvas } from './flow/flow-canvas'
import { StageIconSprite } from './flow/stage-icons'
import { HistoryPanel } from './history/history-panel'
import { Inspector } from './inspector/inspector'
import { CanvasMenus } from './menus/canvas-menus'
import type { Opened } from './opened.ts'
import { Palette } from './palette'
import { RunStrip } from './run/run-strip'
import type { Autosave } from './save/autosave.ts'
import { ConflictDialog } from './save/conflict-dialog'
import { ShortcutsDialog } from './shortcuts-dialog'
import { useKeyboard } from './use-keyboard.ts'

type Props = { opened: Opened; autosave: RefObject<Autosave | null>; isHistoryOpen: boolean; onCloseHistory(): void }

/** Palette, canvas, dock and inspector. */
export function Workbench({ opened, autosave, isHistoryOpen, onCloseHistory }: Props) {
  const [isHelpOpen, setHelpOpen] = useState(false)
  useKeyboard(useCallback(() => setHelpOpen(true), []))
  const isEmpty = useCanvasState(({ graph }) => graph.stages.length + graph.notes.length === 0)
  const locked = useCanvasState((state) => state.locked)
  return (
    <div className="builder h-full">
      <StageIconSprite />
      <Palette />
      <section className="canvas" aria-label="Canvas">
        <FlowCanvas />
        {isEmpty ? <EmptyCanvas /> : null}
        {locked ? (
          <p className="float lock-note sm" role="status">
            {locked}
          </p>
        ) : (
          <EditTools />
        )}
        <RunStrip />
        <ZoomTools />
        <CanvasMap />
      </section>
      {isHistoryOpen ? <HistoryPanel onClose={onCloseHistory} /> : <Inspector opened={opened} />}
      <Dock />
      <CanvasMenus />
      <ConflictDialog autosave={autosave} />
      <ShortcutsDialog open={isHelpOpen} onOpenChange={setHelpOpen} />
    </div>
  )
}

function EmptyCanvas() {
  const { store } = useCanvas()
  const locked = useCanvasState((state) => state.locked)
  const open = () => {
    const box = document.querySelector('.canvas .react-flow')?.getBoundingClientRect()
    const screen = { x: (box?.left ?? 0) + (box?.width ?? 0) / 2 - 110, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 - 120 }
    store.setState({ menu: { kind: 'add', screen, at: { x: 0, y: 0 }, from: null } })
  }
  return (
    <div className="empty-canvas">
      <Empty
        title="Nothing is drawn yet"
        action={
          <Button icon={<Plus className="i s" aria-hidden />} refusal={locked} onClick={open}>
            Add the first stage
          </Button>
        }
      >
        Drag a stage from the left, press / to search for one, or drop a data file here.
      </Empty>
    </div>
  )
}
