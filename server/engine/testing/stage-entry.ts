import { serveStages } from '../stage-process/serve-stages'
import { testStages } from './test-stages'

serveStages(testStages)
