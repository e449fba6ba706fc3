'use client'

import { Dialog } from '#components/ui/dialog'

const groups: { title: string; keys: [keys: string, what: string][] }[] = [
  {
    title: 'Draw',
    keys: [
      ['/ or Tab', 'Add a stage at the pointer; Ctrl goes on from it'],
      ['Double click', 'Add a stage here'],
      ['C', 'Connect the selected stage to …'],
      ['N', 'Add a note'],
      ['L', 'Tidy up'],
      ['Del', 'Remove what is selected'],
      ['Ctrl Del', 'Remove and join the neighbours'],
    ],
  },
  {
    title: 'Move about',
    keys: [
      ['Tab, Enter', 'Go to a stage and select it'],
      ['Alt ← → ↑ ↓', 'Go to a neighbour, along the edges'],
      ['← → ↑ ↓', 'Move the selected stages; Shift for more'],
      ['Shift drag', 'Select a region'],
      ['+  -  Shift 1', 'Zoom in, out, fit all'],
      ['Enter', 'Go to the settings of the selected stage'],
      ['F2', 'Rename the selected stage'],
    ],
  },
  {
    title: 'Edit',
    keys: [
      ['Ctrl Z', 'Undo; with Shift redo'],
      ['Ctrl C, X, V', 'Copy, cut, paste as JSON, also between workflows'],
      ['Ctrl D', 'Duplicate'],
      ['Ctrl A', 'Select all'],
      ['Ctrl S', 'Save now (it saves by itself)'],
    ],
  },
  {
    title: 'Run',
    keys: [
      ['Ctrl Enter', 'Run'],
      ['Shift F10', 'What can be done with the focused stage'],
      ['Ctrl K', 'Find anything'],
      ['?', 'This list'],
    ],
  },
]

/** The keyboard of the canvas. */
export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard" width={720}>
      <div className="shortcuts">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="sm med t3">{group.title}</h3>
            <dl>
              {group.keys.map(([keys, what]) => (
                <div key={keys} className="row">
                  <dt>
                    <span className="kbd">{keys}</span>
                  </dt>
                  <dd className="sm">{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
