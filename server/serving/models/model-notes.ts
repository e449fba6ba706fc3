/** What is told of one model as it happens, for figures. */
export type ModelNotes = {
  ran(rows: number, ms: number): void
  loaded(ms: number): void
  failed(): void
}
