import type { ClassificationReport } from '#core/reports/report'

const most = { surest: 100, confusions: 50, perConfusion: 5, textChars: 300 }

/**
 * Rows that got another class than theirs, the surest first: the 100 surest of all, and the 5 surest of each of the 50 most
 * frequent confusions, so that each kind of mistake can be looked at. `probabilities` [rows][classes] row-major;
 * `predicted` class index per row.
 */
export function worstMistakes({
  classes,
  truth,
  predicted,
  probabilities,
  texts,
}: {
  classes: readonly string[]
  truth: Int32Array
  predicted: Int32Array
  probabilities: Float32Array
  texts?: ((row: number) => string) | undefined
}): ClassificationReport['mistakes'] {
  const width = classes.length
  const confidence = (row: number) => probabilities[row * width + (predicted[row] ?? 0)] ?? 0
  const wrong = Array.from(truth.keys())
    .filter((row) => truth[row] !== predicted[row])
    .sort((a, b) => confidence(b) - confidence(a) || a - b)
  const byConfusion = new Map<number, number[]>()
  for (const row of wrong) {
    const confusion = (truth[row] ?? 0) * width + (predicted[row] ?? 0)
    const rows = byConfusion.get(confusion)
    if (rows) rows.push(row)
    else byConfusion.set(confusion, [row])
  }
  const frequent = [...byConfusion.values()].sort((a, b) => b.length - a.length).slice(0, most.confusions)
  const listed = new Set([...wrong.slice(0, most.surest), ...frequent.flatMap((rows) => rows.slice(0, most.perConfusion))])
  return wrong
    .filter((row) => listed.has(row))
    .map((row) => ({
      row,
      truth: classes[truth[row] ?? 0] ?? '',
      predicted: classes[predicted[row] ?? 0] ?? '',
      confidence: confidence(row),
      truthProbability: probabilities[row * width + (truth[row] ?? 0)] ?? 0,
      text: (texts?.(row) ?? '').slice(0, most.textChars),
    }))
}
