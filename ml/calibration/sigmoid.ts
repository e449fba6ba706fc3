import { pause } from '#ml/pipeline/pause'

const rowsPerPause = 1_000_000
const mostRounds = 100

/**
 * Slope and intercept that minimise the log-loss of 1 / (1 + exp(-(slope * x + intercept))), with Platt's targets
 * (n+ + 1) / (n+ + 2) and 1 / (n- + 2) in place of 1 and 0 (Platt 1999, "Probabilistic outputs for support vector
 * machines", section 2.2). Newton's method with halved steps, as Lin, Lin & Weng 2007, algorithm 1. As scikit-learn's
 * _SigmoidCalibration, whose a and b are the negatives. `x` [n] finite, `isPositive` [n].
 */
export async function fitSigmoid(x: ArrayLike<number>, isPositive: Uint8Array, signal?: AbortSignal): Promise<[number, number]> {
  const rows = isPositive.length
  const positives = isPositive.reduce((sum, bit) => sum + bit, 0)
  const targets: [number, number] = [1 / (rows - positives + 2), (positives + 1) / (positives + 2)]
  let work = 0
  const rest = async () => {
    work += rows
    if (work < rowsPerPause) return
    work = 0
    await pause(signal)
  }
  let slope = 0
  let intercept = Math.log((positives + 1) / (rows - positives + 1))
  let loss = lossAt(slope, intercept, x, isPositive, targets)
  for (let round = 0; round < mostRounds; round++) {
    await rest()
    const { gradient, hessian } = derivatives(slope, intercept, x, isPositive, targets)
    const determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1]
    const stepSlope = -(hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant
    const stepIntercept = -(hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant
    const descent = gradient[0] * stepSlope + gradient[1] * stepIntercept
    if (!(descent < 0)) break
    // so near that the loss no longer tells one step from another
    if (-descent <= 1e-10 * loss) return [slope + stepSlope, intercept + stepIntercept]
    let share = 1
    for (; share > 1e-10; share /= 2) {
      await rest()
      const next = lossAt(slope + share * stepSlope, intercept + share * stepIntercept, x, isPositive, targets)
      if (!(next <= loss + 1e-4 * share * descent)) continue
      slope += share * stepSlope
      intercept += share * stepIntercept
      loss = next
      break
    }
    if (share <= 1e-10) break
  }
  return [slope, intercept]
}

/** Summed log-loss, in the form that does not overflow. */
function lossAt(slope: number, intercept: number, x: ArrayLike<number>, isPositive: Uint8Array, targets: [number, number]): number {
  let loss = 0
  for (let i = 0; i < isPositive.length; i++) {
    const logit = slope * (x[i] ?? 0) + intercept
    const target = targets[isPositive[i] === 1 ? 1 : 0]
    loss += Math.max(logit, 0) - target * logit + Math.log1p(Math.exp(-Math.abs(logit)))
  }
  return loss
}

/** A little is added to the curvature along the slope: scores that are all the same say nothing of it. */
function derivatives(slope: number, intercept: number, x: ArrayLike<number>, isPositive: Uint8Array, targets: [number, number]) {
  const gradient: [number, number] = [0, 0]
  const hessian: [number, number, number] = [0, 0, 1e-12]
  for (let i = 0; i < isPositive.length; i++) {
    const value = x[i] ?? 0
    const p = 1 / (1 + Math.exp(-(slope * value + intercept)))
    const off = p - targets[isPositive[i] === 1 ? 1 : 0]
    const spread = p * (1 - p)
    gradient[0] += off * value
    gradient[1] += off
    hessian[0] += spread * value * value
    hessian[1] += spread * value
    hessian[2] += spread
  }
  hessian[0] = hessian[0] * (1 + 1e-9) + 1e-12
  return { gradient, hessian }
}
