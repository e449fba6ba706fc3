/** Who works on which fold: a number per fold, 0 while nobody does. Memory that all threads share, so nobody has to be asked. */
export type Claims = Int32Array<SharedArrayBuffer>

/** The number of the thread that everybody else helps. */
export const caller = 1

export const openClaims = (folds: number): Claims => new Int32Array(new SharedArrayBuffer(folds * 4))

/** Takes the next fold that nobody works on; null when there is none. */
export function claimNext(claims: Claims, who: number): number | null {
  for (let fold = 0; fold < claims.length; fold++) if (Atomics.compareExchange(claims, fold, 0, who) === 0) return fold
  return null
}
