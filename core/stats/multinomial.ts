/** ln(k!) less Stirling's formula for it. */
const stirlingTails = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211, 0.0138761288230707,
  0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
]

/**
 * How often each of some cells is met in `draws` draws with replacement, written into `counts`; the chances are
 * `weights` over their sum. Cell by cell as a binomial of what is left, so that it costs cells, not draws. `random` is uniform in [0, 1).
 */
export function drawCounts(weights: ArrayLike<number>, draws: number, random: () => number, counts: Int32Array): void {
  let weight = 0
  for (let i = 0; i < weights.length; i++) weight += weights[i] ?? 0
  let left = draws
  for (let i = 0; i < weights.length; i++) {
    const own = weights[i] ?? 0
    const taken = own >= weight ? left : drawBinomial(left, own / weight, random)
    counts[i] = taken
    left -= taken
    weight -= own
  }
}

/**
 * A draw from the binomial distribution, exact: by waiting times where few successes are expected, else by transformed
 * rejection (Hormann 1993, "The generation of binomial random variates", algorithm BTRS). `random` is uniform in [0, 1).
 */
export function drawBinomial(count: number, chance: number, random: () => number): number {
  if (count <= 0 || chance <= 0) return 0
  if (chance >= 1) return count
  if (chance > 0.5) return count - drawBinomial(count, 1 - chance, random)
  return count * chance < 10 ? drawByWaiting(count, chance, random) : drawByRejection(count, chance, random)
}

/** Trials until each next success are geometric. */
function drawByWaiting(count: number, chance: number, random: () => number): number {
  const scale = Math.log1p(-chance)
  let [tried, met] = [0, 0]
  for (;;) {
    tried += Math.floor(Math.log(1 - random()) / scale) + 1
    if (tried > count) return met
    met += 1
  }
}

function drawByRejection(count: number, chance: number, random: () => number): number {
  const deviation = Math.sqrt(count * chance * (1 - chance))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * chance
  const c = count * chance + 0.5
  const tight = 0.92 - 4.2 / b
  const odds = chance / (1 - chance)
  const alpha = (2.83 + 5.1 / b) * deviation
  const mode = Math.floor((count + 1) * chance)
  for (;;) {
    const u = random() - 0.5
    const v = random()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + c)
    if (us >= 0.07 && v <= tight) return k
    if (!(k >= 0 && k <= count)) continue
    const limit =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (count - mode + 1))) +
      (count + 1) * Math.log((count - mode + 1) / (count - k + 1)) +
      (k + 0.5) * Math.log((odds * (count - k + 1)) / (k + 1)) +
      stirlingTail(mode) +
      stirlingTail(count - mode) -
      stirlingTail(k) -
      stirlingTail(count - k)
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= limit) return k
  }
}

function stirlingTail(k: number): number {
  const known = stirlingTails[k]
  if (known !== undefined) return known
  const square = (k + 1) * (k + 1)
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
}
