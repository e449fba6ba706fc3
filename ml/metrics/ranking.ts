/** One point of a curve; `threshold` is the lowest score that still counts as positive there. */
export type CurvePoint = { x: number; y: number; threshold: number }

export type Ranking = {
  /** Area under the ROC curve, ties by trapezium; null when one side has no rows. */
  rocAuc: number | null
  /** sum over thresholds of (recall step) * precision, as scikit-learn; null without positives. */
  averagePrecision: number | null
  /** x = false positive rate, y = recall. */
  roc: CurvePoint[]
  /** x = recall, y = precision. */
  precisionRecall: CurvePoint[]
}

/** Ranks rows by score and measures how well positives come first. Curves have one point per distinct score. */
export function rankingOf(scores: Float64Array, isPositive: Uint8Array): Ranking {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  const positives = isPositive.reduce((sum, bit) => sum + bit, 0)
  const negatives = scores.length - positives
  const roc: CurvePoint[] = [{ x: 0, y: 0, threshold: Number.POSITIVE_INFINITY }]
  const precisionRecall: CurvePoint[] = []
  let truePositives = 0
  let falsePositives = 0
  let area = 0
  let averagePrecision = 0
  for (let i = 0; i < order.length; ) {
    const threshold = scores[order[i] ?? 0] ?? 0
    const [tp, fp] = [truePositives, falsePositives]
    for (; i < order.length && scores[order[i] ?? 0] === threshold; i++) {
      if (isPositive[order[i] ?? 0] === 1) truePositives += 1
      else falsePositives += 1
    }
    area += ((falsePositives - fp) * (truePositives + tp)) / 2
    const precision = truePositives / (truePositives + falsePositives)
    if (positives > 0) averagePrecision += ((truePositives - tp) / positives) * precision
    roc.push({ x: negatives > 0 ? falsePositives / negatives : 0, y: positives > 0 ? truePositives / positives : 0, threshold })
    precisionRecall.push({ x: positives > 0 ? truePositives / positives : 0, y: precision, threshold })
  }
  return {
    rocAuc: positives > 0 && negatives > 0 ? area / (positives * negatives) : null,
    averagePrecision: positives > 0 ? averagePrecision : null,
    roc,
    precisionRecall,
  }
}

/** At most `most` points of a curve, ends kept, spread evenly along its length; thresholds are finite, as JSON needs. */
export function thinCurve(curve: readonly CurvePoint[], most: number): CurvePoint[] {
  const finite = curve.map((point) => (Number.isFinite(point.threshold) ? point : { ...point, threshold: 1 }))
  if (finite.length <= most) return finite
  const along = [0]
  for (let i = 1; i < finite.length; i++) {
    const [a, b] = [finite[i - 1], finite[i]]
    along.push((along[i - 1] ?? 0) + Math.abs((b?.x ?? 0) - (a?.x ?? 0)) + Math.abs((b?.y ?? 0) - (a?.y ?? 0)))
  }
  const length = along.at(-1) ?? 0
  const chosen: CurvePoint[] = []
  let next = 0
  for (const [i, point] of finite.entries()) {
    const isLast = i === finite.length - 1
    if (!isLast && ((along[i] ?? 0) < (length * next) / (most - 1) || chosen.length >= most - 1)) continue
    chosen.push(point)
    next = Math.floor(((along[i] ?? 0) / length) * (most - 1)) + 1
  }
  return chosen
}
