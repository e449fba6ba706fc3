import { sharesOf } from './shares'

/**
 * Jensen-Shannon distance of two histograms on the same bins: the square root of the divergence in nats, a metric
 * between 0 (equal) and sqrt(ln 2) = 0.8326 (nothing in common). Same as scipy.spatial.distance.jensenshannon(p, q).
 * Source: Endres and Schindelin, A new metric for probability distributions (2003).
 */
export function jensenShannonDistance(reference: readonly number[], current: readonly number[]): number {
  const [p, q] = [sharesOf(reference), sharesOf(current)]
  let divergence = 0
  for (let i = 0; i < Math.max(p.length, q.length); i++) {
    const [a, b] = [p[i] ?? 0, q[i] ?? 0]
    const middle = (a + b) / 2
    if (a > 0) divergence += (a * Math.log(a / middle)) / 2
    if (b > 0) divergence += (b * Math.log(b / middle)) / 2
  }
  return Math.sqrt(Math.max(0, divergence))
}
