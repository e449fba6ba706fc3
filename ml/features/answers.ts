/** Right answers of all rows of a table, for feature steps that learn from them: an index into `classes`, or a number. */
export type Answers = { y: Int32Array; classes: readonly string[] } | { y: Float64Array; classes: null }

/** What such a step needs beside the rows. */
export type Supervision = { answers: Answers; seed: number }
