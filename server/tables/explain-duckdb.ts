import { AppError } from '#core/errors/app-error'

/** Turns what DuckDB throws into a foreseen failure where it is one: cancelled, disk full, out of memory. Anything else stays as it is. */
export function explainDuckdb(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof AppError) return error
  if (signal.aborted) return new AppError('cancelled', { cause: error })
  if (!(error instanceof Error)) return error
  const text = error.message
  if (/no space left on device|disk is full|max_temp_directory_size/i.test(text)) {
    return new AppError('disk_full', {
      detail: 'The disk is full: a table could not be written. Free some space and run again; nothing was lost.',
      cause: error,
    })
  }
  if (/out of memory/i.test(text)) {
    return new AppError('out_of_memory', {
      detail: 'The tables of this stage need more memory than its cap. Take fewer rows or columns first, for example with a Sample stage.',
      cause: error,
    })
  }
  return error
}

/** DuckDB's message in one line that a person can use: no class name, no offset picture. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n').find((part) => part.trim() !== '') ?? ''
  return line
    .replace(/^(Failed to extract statements: )?[A-Z][A-Za-z ]+ Error: /, '')
    .replace(/\.$/, '')
    .trim()
}
