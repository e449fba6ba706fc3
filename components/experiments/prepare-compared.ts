import type { LineSeries } from '#components/charts/prepare-lines.ts'
import type { ParallelAxis } from '#components/charts/prepare-parallel-coordinates.ts'
import { type ExperimentMetric, metricId, metricLabel, metricSources, usualMetrics } from '#core/experiments/metric'
import type { ComparedExperiment, Experiment } from '#core/experiments/views'

export type ComparedParam = { name: string; values: (string | null)[]; differs: boolean }
export type ComparedMetric = {
  id: string
  label: string
  better: 'higher' | 'lower' | undefined
  /** Of one class only: `recall[spam]`. */
  isPerClass: boolean
  values: (ExperimentMetric | null)[]
  /** Whether a value is the best, when not all that have one are equal. */
  isBest: boolean[]
  differs: boolean
}

/** Every param that any of the experiments has, the estimator first. */
export function comparedParams(experiments: readonly Pick<Experiment, 'estimator' | 'params'>[]): ComparedParam[] {
  const all = experiments.map(
    ({ estimator, params }) => new Map([['estimator', estimator], ...params.map(({ name, value }) => [name, value] as const)]),
  )
  const names = [...new Set(all.flatMap((params) => [...params.keys()]))]
  return names.map((name) => {
    const values = all.map((params) => params.get(name) ?? null)
    return { name, values, differs: new Set(values).size > 1 }
  })
}

/** Every metric that any of the experiments has, by source, figures of all rows before those of one class. */
export function comparedMetrics(experiments: readonly Pick<Experiment, 'metrics'>[]): ComparedMetric[] {
  const keys = new Map<string, ExperimentMetric>()
  for (const { metrics } of experiments) for (const metric of metrics) keys.set(metricId(metric), keys.get(metricId(metric)) ?? metric)
  const rows = [...keys].map(([id, metric]): ComparedMetric => {
    const values = experiments.map(({ metrics }) => metrics.find((one) => metricId(one) === id) ?? null)
    const known = values.flatMap((one) => (one ? [one.value] : []))
    const differs = new Set(values.map((one) => one?.value)).size > 1
    const best = new Set(known).size < 2 || !metric.better ? null : metric.better === 'higher' ? Math.max(...known) : Math.min(...known)
    return {
      id,
      label: metricLabel(metric),
      better: metric.better,
      isPerClass: metric.name.includes('['),
      values,
      isBest: values.map((one) => one !== null && one.value === best),
      differs,
    }
  })
  const place = ({ id, isPerClass }: ComparedMetric) =>
    metricSources.findIndex((source) => id.startsWith(`${source}:`)) * 2 + Number(isPerClass)
  return rows.sort((a, b) => place(a) - place(b))
}

/** A param as a number where all that have it are numbers, perhaps with a unit; else as words. */
export function axisValues(values: readonly (string | null)[]): (number | string | null)[] {
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?( \S+)?$/i
  const isNumeric = values.every((value) => value === null || number.test(value))
  return values.map((value) => (value === null || !isNumeric ? value : Number.parseFloat(value)))
}

const mostAxes = 12

/** The axes that tell the experiments apart: params that differ, then what people choose by. */
export function parallelAxes(experiments: readonly Pick<Experiment, 'estimator' | 'params' | 'metrics'>[]): ParallelAxis[] {
  const params = comparedParams(experiments).filter(({ differs }) => differs)
  const usual = new Set(usualMetrics(experiments.flatMap(({ metrics }) => metrics)).map(metricId))
  const metrics = comparedMetrics(experiments).filter(({ id }) => usual.has(id))
  return [
    ...params.slice(0, mostAxes - metrics.length).map(({ name, values }) => ({ name, values: axisValues(values) })),
    ...metrics.map(({ label, values, better }) => ({ name: label, better, values: values.map((one) => one?.value ?? null) })),
  ]
}

/** Loss curves on one axis of passes; an experiment without one is left out. */
export function lossSeries(
  experiments: readonly Pick<ComparedExperiment, 'loss'>[],
  looks: readonly { name: string; colour: string }[],
): { x: number[]; series: LineSeries[] } {
  const x = [...new Set(experiments.flatMap(({ loss }) => loss.map(({ epoch }) => epoch)))].sort((a, b) => a - b)
  const series = experiments.flatMap(({ loss }, i): LineSeries[] => {
    const look = looks[i]
    if (loss.length === 0 || !look) return []
    const at = new Map(loss.map((one) => [one.epoch, one.loss]))
    return [{ ...look, values: x.map((epoch) => at.get(epoch) ?? null) }]
  })
  return { x, series }
}

export type ClassDifference = {
  name: string
  rows: number
  first: { f1: number; recall: number } | null
  second: { f1: number; recall: number } | null
  /** Second minus first; null where a side has no rows of the class. */
  f1: number | null
  recall: number | null
}

/** Per class the F1 and recall of two experiments, the largest difference first, what has none last; null when they were not measured alike. */
export function classDifferences(
  first: Pick<ComparedExperiment, 'classes'>,
  second: Pick<ComparedExperiment, 'classes'>,
): ClassDifference[] | null {
  if (!first.classes || !second.classes || first.classes.source !== second.classes.source) return null
  const [a, b] = [first.classes.perClass, second.classes.perClass]
  const names = [...new Set([...a, ...b].map(({ name }) => name))]
  const rows = names.map((name): ClassDifference => {
    const [was, is] = [a.find((one) => one.name === name), b.find((one) => one.name === name)]
    const [left, right] = [was && was.rows > 0 ? was : null, is && is.rows > 0 ? is : null]
    const both = left && right
    return {
      name,
      rows: Math.max(was?.rows ?? 0, is?.rows ?? 0),
      first: left,
      second: right,
      f1: both ? right.f1 - left.f1 : null,
      recall: both ? right.recall - left.recall : null,
    }
  })
  const size = ({ f1 }: ClassDifference) => (f1 === null ? -1 : Math.abs(f1))
  return rows.sort((x, y) => size(y) - size(x) || (x.name < y.name ? -1 : 1))
}
