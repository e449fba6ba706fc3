import { AppError } from '#core/errors/app-error'
import { reasonOf } from '#db/embedded/data-folder'
import { UsageError } from '#server/cli/usage-error'

/** What a process edge prints before it ends: a sentence for what we foresaw, the stack for a bug. */
export function explainFailure(error: unknown): string {
  if (error instanceof AppError || error instanceof UsageError) return error.message
  if (!(error instanceof Error)) return `Something failed: ${String(error)}`
  if ('code' in error && 'path' in error && typeof error.path === 'string') {
    return `${error.path} cannot be used: ${reasonOf(error)}. Free it, or set STAGELINE_HOME to another folder.`
  }
  return `Something went wrong that we did not foresee. Please report it with these lines:\n${error.stack ?? error.message}`
}
