import { AppError } from '#core/errors/app-error'

/** Lets the event loop run, then throws when the work was cancelled. Long loops call it every 20 to 50 ms of work. */
export async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => (typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve)))
  if (signal?.aborted) throw new AppError('cancelled')
}
