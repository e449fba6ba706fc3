import { AppError } from '#core/errors/app-error'
import type { StageContext } from '../define'

/** Whether an artifact is in the store: a model may have come from another instance, without the table that it was trained on. */
export function isHere(artifact: string, ctx: StageContext): Promise<boolean> {
  return ctx.artifacts.path(artifact).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'not_found') return false
      throw error
    },
  )
}
