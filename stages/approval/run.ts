import { defineRun } from '../define'
import { approval } from './spec'

/** Starts only after the yes; all that is left is to let the model pass. */
export const run = defineRun(approval, async ({ inputs }) => ({ model: inputs.model }))
