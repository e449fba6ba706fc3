/** What is known of how a version was evaluated: its report, and the rows behind it. */
export type Evaluated = { number: number; report: string | null; rows: string | null }

/** Whether the metrics of two versions may be compared; null when one was never evaluated. */
export function sameEvaluation(live: Evaluated, candidate: Evaluated): { same: boolean; sentence: string } | null {
  if (live.report === null || candidate.report === null) return null
  if (live.report === candidate.report || (live.rows !== null && live.rows === candidate.rows)) {
    return { same: true, sentence: `v${candidate.number} and v${live.number} were measured on the same rows.` }
  }
  const silent = [live, candidate].find(({ rows }) => rows === null)
  return {
    same: false,
    sentence: silent
      ? `The report of v${silent.number} does not say on which rows it was measured, so a difference may lie in the rows.`
      : `v${candidate.number} and v${live.number} were measured on different rows, so a difference may lie in the rows.`,
  }
}
