import type { Experiment } from './views'

type Named = Pick<Experiment, 'workflow' | 'title' | 'stage'> & { run: { number: number } }

/** A short name for each of some experiments, by which they can be told apart: "Run 4", "Run 4, Train", "Mail, run 4". */
export function experimentLabels(experiments: readonly Named[]): string[] {
  const isOneWorkflow = new Set(experiments.map(({ workflow }) => workflow.id)).size <= 1
  const runOf = ({ run, workflow }: Named) => (isOneWorkflow ? `Run ${run.number}` : `${workflow.name}, run ${run.number}`)
  const forms: ((experiment: Named) => string)[] = [
    runOf,
    (experiment) => `${runOf(experiment)}, ${experiment.title}`,
    (experiment) => `${runOf(experiment)}, ${experiment.stage}`,
  ]
  const all = forms.map((form) => experiments.map(form))
  const found = all.find((labels) => new Set(labels).size === labels.length)
  return found ?? all[2]?.map((label, i) => `${label} (${i + 1})`) ?? []
}
