/**
 * Evidence that may be looked at as often as one likes. An e-value is what a bet against a hypothesis is worth by now, one at
 * the start; if the hypothesis holds, the chance that it is ever worth 1/alpha or more is at most alpha (Ville 1939; Ramdas,
 * Grunwald, Vovk, Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference"). Here it is the mean of the
 * likelihood ratios of many alternatives against a null (Robbins 1970, "Statistical methods related to the law of the
 * iterated logarithm"), and always told as its natural logarithm.
 */

/**
 * What is made of the ratios: `mixture` is their weighted mean, an e-value; `best` is the largest, a plain likelihood ratio,
 * which says how well the data fit but is no proof for one who looks often.
 */
export type Weighing = 'mixture' | 'best'

/** Of the two arms, the one that an alternative is about stakes most; the other stakes half, and keeps half. */
export type Stake = 'most' | 'half'
const kept: Record<Stake, number> = { most: 0.1, half: 0.5 }

/** How far alternatives lie from a null, in growing steps: fine beside it, and as far as anybody needs. */
export function growingSteps(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first * (last / first) ** (k / (count - 1)))
}

/** What is so much less than the largest ratio adds nothing to their sum. */
const negligible = -40

/** ln of the e-value from the logarithms of the ratios of alternatives. A part is kept, as if the null were one of them. */
export function weigh(logRatios: ArrayLike<number>, weighing: Weighing, stake: Stake): number {
  let most = 0
  for (let i = 0; i < logRatios.length; i++) most = Math.max(most, logRatios[i] ?? 0)
  if (weighing === 'best' || most === Number.POSITIVE_INFINITY) return most
  let sum = 0
  for (let i = 0; i < logRatios.length; i++) {
    const below = (logRatios[i] ?? 0) - most
    if (below > negligible) sum += Math.exp(below)
  }
  return most + Math.log(kept[stake] * Math.exp(-most) + ((1 - kept[stake]) * sum) / logRatios.length)
}

/** ln of the evidence of one arm if the figure of the champion lies at `at`. */
type ArmEvidence = (at: number) => number

type Path = { from: number; to: number; isEdge?: boolean; champion: ArmEvidence; challenger: ArmEvidence }

/**
 * The least evidence over all values that the figure of the champion may have: what speaks against a hypothesis about two
 * arms whatever the champion's true figure is (the maximised denominator of Wasserman, Ramdas, Balakrishnan 2020,
 * "Universal inference"). Valid however requests are shared out between the arms, and however that was decided.
 * `from` is the champion's estimate, where `champion` (which stakes half) says least; `to` is where the challenger's estimate
 * meets the hypothesis, where `challenger` (which stakes most) says least. In between one rises while the other falls.
 * `isEdge`: the champion's figure cannot lie beyond `to`.
 */
export function leastEvidence({ from, to, isEdge = false, champion, challenger }: Path, weighing: Weighing): number {
  const isMixture = weighing === 'mixture'
  const atFrom = (isMixture ? Math.log(kept.half) : 0) + challenger(from)
  if (atFrom <= 0) return atFrom
  const beyondTo = isMixture ? Math.log(kept.most) : 0
  const atTo = champion(to) + (isEdge ? challenger(to) : beyondTo)
  const both = (at: number) => champion(at) + challenger(at)
  return Math.min(atFrom, atTo, leastBetween(both, from, to))
}

/** Golden-section search for the least value between two ends. */
function leastBetween(valueAt: (at: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2
  let [a, b] = [from, to]
  let [c, d] = [b - golden * (b - a), a + golden * (b - a)]
  let [atC, atD] = [valueAt(c), valueAt(d)]
  let least = Math.min(atC, atD)
  for (let i = 0; i < 14; i++) {
    if (atC < atD) {
      ;[b, d, atD] = [d, c, atC]
      c = b - golden * (b - a)
      atC = valueAt(c)
    } else {
      ;[a, c, atC] = [c, d, atD]
      d = a + golden * (b - a)
      atD = valueAt(d)
    }
    least = Math.min(least, atC, atD)
  }
  return least
}

/** The p-value that an e-value is worth, from its logarithm. */
export function pValueOf(logEvidence: number): number {
  return Math.min(1, Math.exp(-logEvidence))
}

/** What the data say about one figure of two arms and the tolerance between them, each as ln of the evidence. */
export type GapEvidence = {
  /** Against "the challenger is at most the tolerance worse": proof of harm. */
  harm: number
  /** Against "the challenger is worse by the tolerance or more": proof of safety. */
  safe: number
  /** The plain likelihood ratio of the same question, below zero where the estimate lies beyond the tolerance: how clear it is by now. */
  clear: number
}
