'use client'

import { Field, TextInput } from '#components/ui/field'
import { plural } from '#core/words/format'
import { editGraph } from '../actions/edit-graph.ts'
import { selectStage } from '../actions/select.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import { stageTitle } from '../stage-shape.ts'

/** What belongs to the workflow as a whole, and what keeps it from running. */
export function WorkflowPanel({ about }: { about: { name: string; description: string } }) {
  const { store } = useCanvas()
  const graph = useCanvasState((state) => state.graph)
  const locked = useCanvasState((state) => state.locked)
  const selected = useCanvasState((state) => state.selected.size)
  const problems = useCanvasState((state) => state.forecast?.forecast.problems)
  const real = problems?.filter((problem) => problem.stage !== '') ?? []
  return (
    <aside className="inspector" aria-label="Workflow">
      <header>
        <h2 className="semi text-[14px] trunc">{selected > 1 ? `${selected} selected` : about.name}</h2>
        <p className="sm t2 mt-0.5">
          {selected > 1
            ? 'Ctrl C copies them as JSON, Del removes them, L tidies them up.'
            : about.description || 'Select a stage to see its settings.'}
        </p>
      </header>
      <div className="fields">
        <p className="sm t3">
          {plural(graph.stages.length, 'stage')}, {plural(graph.edges.length, 'edge')}, {plural(graph.notes.length, 'note')}
        </p>
        <Field
          label="Seed"
          help="All randomness of a run derives from it: the same seed on the same data gives the same model, byte for byte."
        >
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              inputMode="numeric"
              className="num"
              readOnly={locked !== null}
              value={String(graph.seed)}
              onChange={(event) => {
                const seed = Number(event.target.value.replaceAll(/\D/g, ''))
                if (seed <= 2 ** 31 - 1) editGraph(store, (before) => (before.seed === seed ? before : { ...before, seed }), 'seed')
              }}
            />
          )}
        </Field>
        {real.length > 0 ? (
          <section className="col">
            <h3 className="sm med t2">To mend before it can run</h3>
            <ul className="col gap-1">
              {real.map((problem) => {
                const stage = graph.stages.find(({ id }) => id === problem.stage)
                return (
                  <li key={`${problem.stage} ${problem.param ?? problem.port ?? ''} ${problem.message}`} className="sm">
                    <button type="button" className="link" onClick={() => selectStage(store, problem.stage)}>
                      {stage ? stageTitle(stage) : problem.stage}
                    </button>
                    : {problem.message}
                  </li>
                )
              })}
            </ul>
          </section>
        ) : null}
      </div>
    </aside>
  )
}
