/** Text with a bit per missing row (its value is ''), or numbers with NaN for missing. */
export type TrainColumn = { type: 'text'; values: readonly string[]; missing: Uint8Array } | { type: 'number'; values: Float64Array }

/** Whole columns in memory, all of one length; structurally equal to the columns that a stage reads from a table. */
export type TrainColumns = Record<string, TrainColumn>
