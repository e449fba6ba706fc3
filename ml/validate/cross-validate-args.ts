import type { FitArgs } from '#ml/pipeline/fit-args'
import type { FoldStrategy } from './folds'

export type CrossValidateArgs = FitArgs & {
  folds: number
  strategy: FoldStrategy
  /** What to show of a row in the list of the worst. */
  texts?: (row: number) => string
}

/** Reports the work done, of which each fold is as much as the other. */
export function foldProgress({ onProgress }: CrossValidateArgs, folds: number): (done: number) => void {
  return (done) => onProgress?.(Math.round(done * 100), folds * 100, `Fold ${Math.min(folds, Math.floor(done) + 1)} of ${folds}`)
}

/** Mean and standard deviation (n - 1) over folds. */
export function spreadOf(folds: number[]): { mean: number; std: number; folds: number[] } {
  const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length
  const squares = folds.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / Math.max(1, folds.length - 1)), folds }
}
