'use client'

import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo } from 'react'
import { sizeNote, writeNote } from '../actions/notes.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import type { NoteNodeType } from '../project-graph.ts'

/** A sticky note. A double click or Enter writes in place; the first line is its title. */
export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteNodeType>) {
  const { store } = useCanvas()
  const { note } = data
  const isLocked = useCanvasState((state) => state.locked !== null)
  const isEditing = useCanvasState((state) => state.editingNote === note.id)
  const [title, ...rest] = note.text.split('\n')
  return (
    <>
      <NodeResizer
        isVisible={selected && !isLocked}
        minWidth={120}
        minHeight={60}
        onResizeEnd={(_, { x, y, width, height }) =>
          sizeNote(store, note.id, {
            width: Math.round(width),
            height: Math.round(height),
            position: { x: Math.round(x), y: Math.round(y) },
          })
        }
      />
      {isEditing ? (
        <textarea
          className="sticky writing nodrag nowheel"
          aria-label="Note"
          defaultValue={note.text}
          maxLength={4000}
          // biome-ignore lint/a11y/noAutofocus: the person asked to write here
          autoFocus
          onBlur={(event) => writeNote(store, note.id, event.target.value)}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
      ) : (
        <aside
          className="sticky nowheel"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long note scrolls, and must by keyboard too
          tabIndex={0}
          aria-label={`Note: ${title}`}
          onDoubleClick={isLocked ? undefined : () => store.setState({ editingNote: note.id })}
        >
          <h4>{title}</h4>
          <p>{rest.join('\n')}</p>
        </aside>
      )}
    </>
  )
})
