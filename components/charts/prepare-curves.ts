import { type Frame, frameOf, round, type Stop, type Tick, xScale, yScale } from './frame.ts'

export type CurveInput = { name: string; colour: string; points: readonly { x: number; y: number; threshold: number }[] }

export type PreparedCurves = {
  frame: Frame
  xTicks: Tick[]
  yTicks: Tick[]
  curves: { name: string; colour: string; path: string /** Where the threshold is 0.5. */; half: { x: number; y: number } | null }[]
  diagonal: string | null
  stops: Stop[]
}

const places = 51

/** Decides precision-recall or ROC curves on the unit square, or on the part of it where something happens. */
export function prepareCurves(
  curves: readonly CurveInput[],
  width: number,
  height: number,
  kind: 'roc' | 'precision-recall',
): PreparedCurves {
  const frame = frameOf(width, height)
  // The last percent of recall drops to the share of the class in any model: it does not set the scale.
  const lowest = Math.min(1, ...curves.flatMap((curve) => curve.points.filter((point) => point.x <= 0.99).map((point) => point.y)))
  const from = kind === 'roc' ? 0 : Math.max(0, Math.floor(lowest * 10 - 0.5) / 10)
  const x = xScale(frame, 0, 1, (value) => value.toFixed(1))
  const y = yScale(frame, from, 1, (value) => value.toFixed(from >= 0.9 ? 2 : 1), { nice: false, count: 5 })
  const drawn = curves.map((curve) => {
    const points = [...curve.points].sort((a, b) => a.x - b.x)
    const half = points.reduce<CurveInput['points'][number] | null>(
      (best, point) => (best === null || Math.abs(point.threshold - 0.5) < Math.abs(best.threshold - 0.5) ? point : best),
      null,
    )
    return {
      name: curve.name,
      colour: curve.colour,
      path: points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x.at(point.x)} ${y.at(Math.max(from, point.y))}`).join(''),
      half: half && Math.abs(half.threshold - 0.5) < 0.1 ? { x: x.at(half.x), y: y.at(half.y) } : null,
    }
  })
  const names = kind === 'roc' ? 'false positive rate' : 'recall'
  return {
    frame,
    xTicks: x.ticks,
    yTicks: y.ticks,
    curves: drawn,
    diagonal: kind === 'roc' ? `M${x.at(0)} ${y.at(0)}L${x.at(1)} ${y.at(1)}` : null,
    stops: Array.from({ length: places }, (_, i) => {
      const at = i / (places - 1)
      return {
        at: x.at(at),
        title: `${names} ${at.toFixed(2)}`,
        lines: curves.map((curve) => ({ label: curve.name, colour: curve.colour, value: heightAt(curve.points, at, kind).toFixed(3) })),
      }
    }),
  }
}

/** The best y that the curve reaches at x (ROC: up to x; precision-recall: from x on). */
function heightAt(points: CurveInput['points'], x: number, kind: 'roc' | 'precision-recall'): number {
  const reached = points.filter((point) => (kind === 'roc' ? point.x <= x + 1e-9 : point.x >= x - 1e-9))
  return round(Math.max(0, ...reached.map((point) => point.y * 1000))) / 1000
}
