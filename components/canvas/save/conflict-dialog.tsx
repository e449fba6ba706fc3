'use client'

import { type RefObject, useState } from 'react'
import { Avatar } from '#components/ui/avatar'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Ago } from '#components/ui/time'
import { tell } from '#components/ui/toasts'
import { valueWords } from '#core/graph/diff'
import type { Conflict, Side } from '#core/graph/merge'
import { findSpec } from '#stages/specs'
import { useCanvasState } from '../canvas-context'
import { stageTitle } from '../stage-shape.ts'
import type { Autosave } from './autosave.ts'
import type { SaveState } from './save-state.ts'

/** Who saved what in between, and each clash with both values. Nothing is dropped: the rest of both edits is merged. */
export function ConflictDialog({ autosave }: { autosave: RefObject<Autosave | null> }) {
  const save = useCanvasState((state) => state.save)
  return save.kind === 'conflict' ? <Clashes key={save.conflict.number} save={save} autosave={autosave} /> : null
}

function Clashes({ save, autosave }: { save: Extract<SaveState, { kind: 'conflict' }>; autosave: RefObject<Autosave | null> }) {
  const { conflict } = save
  const graph = useCanvasState((state) => state.graph)
  const version = useCanvasState((state) => state.version)
  const [isOpen, setOpen] = useState(true)
  const [sides, setSides] = useState<Record<string, Side>>({})
  const sideOf = (clash: Conflict): Side => sides[clashKey(clash)] ?? 'mine'
  const takesSome = conflict.conflicts.some((clash) => sideOf(clash) === 'theirs')
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify({ format: 'stageline/1', ...graph }, null, 2))
    tell({ title: 'Copied my graph as JSON', detail: 'Paste it on any canvas.' })
  }
  if (!isOpen) {
    return (
      <div className="float conflict-bar" role="alert">
        <span className="sm">{save.sentence}</span>
        <Button size="sm" kind="primary" onClick={() => setOpen(true)}>
          Choose
        </Button>
      </div>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={setOpen}
      width={560}
      title={
        <span className="row">
          <Avatar name={conflict.by} />
          <span>
            {conflict.by} saved v{conflict.number} <Ago at={new Date(conflict.at)} />
          </span>
        </span>
      }
      description={`You started from v${version}. ${conflict.summary}. ${conflict.conflicts.length === 1 ? 'One edit needs you' : `${conflict.conflicts.length} edits need you`}; all others fit and are merged.`}
      footer={
        <>
          <Button kind="quiet" className="mr-auto" onClick={() => void copy()}>
            Copy mine as JSON
          </Button>
          <Button onClick={() => autosave.current?.resolve(() => 'theirs')}>Keep {conflict.by}'s</Button>
          <Button kind="primary" onClick={() => autosave.current?.resolve(sideOf)}>
            {takesSome ? `Save the choice as v${conflict.number + 1}` : `Save mine as v${conflict.number + 1}`}
          </Button>
        </>
      }
    >
      <div className="col gap-3">
        {conflict.conflicts.map((clash) => (
          <Clash
            key={clashKey(clash)}
            clash={clash}
            title={clashTitle(clash, [...graph.stages, ...conflict.graph.stages])}
            by={conflict.by}
            side={sideOf(clash)}
            onChoose={(side) => setSides({ ...sides, [clashKey(clash)]: side })}
          />
        ))}
      </div>
    </Dialog>
  )
}

function Clash({
  clash,
  title,
  by,
  side,
  onChoose,
}: {
  clash: Conflict
  title: string
  by: string
  side: Side
  onChoose(side: Side): void
}) {
  const choices: { side: Side; who: string; value: unknown }[] = [
    { side: 'theirs', who: by, value: clash.theirs },
    { side: 'mine', who: 'You', value: clash.mine },
  ]
  return (
    <fieldset className="clash">
      <legend className="sm med">{title}</legend>
      <p className="sm t3">Where you both began: {clashWords(clash, clash.base)}</p>
      {choices.map((choice) => (
        <label key={choice.side} className="row">
          <input type="radio" name={clashKey(clash)} checked={side === choice.side} onChange={() => onChoose(choice.side)} />
          <span className="grow">{choice.who}</span>
          <span className="mono">{clashWords(clash, choice.value)}</span>
        </label>
      ))}
    </fieldset>
  )
}

const clashKey = ({ what, id, param }: Conflict) => `${what} ${id} ${param}`

function clashWords({ what }: Conflict, value: unknown): string {
  if (value === undefined)
    return what === 'param' ? 'default' : what === 'input' ? 'not connected' : what === 'title' ? 'no name' : 'removed'
  if (what === 'stage') return 'changed'
  return valueWords(value)
}

function clashTitle({ what, id, param }: Conflict, stages: readonly { id: string; type: string; title?: string | undefined }[]): string {
  const stage = stages.find((each) => each.id === id)
  const name = stage ? stageTitle(stage) : id
  switch (what) {
    case 'param': {
      const label = stage && findSpec(stage.type)?.params.shape[param]?.meta?.()?.title
      return `${name}, ${label ?? param}`
    }
    case 'input':
      return `${name}, input ${param}`
    case 'seed':
      return 'Seed'
    case 'note':
      return 'Note'
    case 'words':
      return `${name}, note`
    case 'title':
      return `${name}, name`
    case 'stage':
    case 'type':
      return name
  }
}
