/** The command was called wrongly (exit code 2), as opposed to: it was called rightly and failed (exit code 1). */
export class UsageError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'UsageError'
  }
}
