import { trial as automl } from './automl/trial'
import { trial as tune } from './tune/trial'

/** What one trial of each stage that searches does. A stage without its own fails a test. */
export const trials = { automl, tune } as const
