import { logGamma } from './special'

/**
 * Regularised incomplete beta function I_x(a, b), a and b above 0, x in [0, 1]. Numerical Recipes 6.4: Lentz's continued
 * fraction, on the side where it converges fast.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b
}

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return h
}

/** Probability that Student's t with `degrees` of freedom is farther from 0 than `t`, on both sides. Same as 2 * scipy.stats.t.sf(abs(t), degrees). */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The t that Student's t with `degrees` of freedom exceeds, on both sides together, with probability `p` in (0, 1). Bisection. */
export function studentTwoSidedQuantile(p: number, degrees: number): number {
  let [low, high] = [0, 1]
  while (studentTwoSided(high, degrees) > p && high < 1e300) high *= 2
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, degrees) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
