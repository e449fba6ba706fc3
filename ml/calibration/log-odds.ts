/** Probabilities below it count as it, so that log-odds stay within 69 and both runtimes agree on them. */
export const smallestProbability = 1e-30

/**
 * Log-odds of each class against the rest, ln(p / (1 - p)) with p the softmax of the row, [rows][classes] row-major. What
 * is left beside the highest class is summed, not taken from 1: of a probability next to 1, float32 would keep nothing.
 */
export function logOddsRows(scores: Float32Array, classes: number): Float32Array {
  const odds = new Float32Array(scores.length)
  for (let at = 0; at < scores.length; at += classes) {
    let top = at
    for (let i = at + 1; i < at + classes; i++) if ((scores[i] ?? 0) > (scores[top] ?? 0)) top = i
    const peak = scores[top] ?? 0
    let rest = 0
    for (let i = at; i < at + classes; i++) if (i !== top) rest += Math.exp((scores[i] ?? 0) - peak)
    const sum = 1 + rest
    for (let i = at; i < at + classes; i++) {
      const p = Math.exp((scores[i] ?? 0) - peak) / sum
      const q = i === top ? rest / sum : 1 - p
      odds[i] = Math.log(Math.max(p, smallestProbability)) - Math.log(Math.max(q, smallestProbability))
    }
  }
  return odds
}
