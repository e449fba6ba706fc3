import { alertsRouter } from './routers/alerts'
import { approvalsRouter } from './routers/approvals'
import { auditRouter } from './routers/audit'
import { dataSetsRouter } from './routers/data-sets'
import { deploymentsRouter } from './routers/deployments'
import { edgeRouter } from './routers/edge'
import { experimentsRouter } from './routers/experiments'
import { findRouter } from './routers/find'
import { jobsRouter } from './routers/jobs'
import { keysRouter } from './routers/keys'
import { modelsRouter } from './routers/models'
import { monitorRouter } from './routers/monitor'
import { peopleRouter } from './routers/people'
import { portsRouter } from './routers/ports'
import { releasesRouter } from './routers/releases'
import { reviewsRouter } from './routers/reviews'
import { runsRouter } from './routers/runs'
import { secretsRouter } from './routers/secrets'
import { templatesRouter } from './routers/templates'
import { workflowsRouter } from './routers/workflows'
import { router } from './trpc'

/** The list of what the product can do. One line per noun, alphabetical. */
export const appRouter = router({
  alerts: alertsRouter,
  approvals: approvalsRouter,
  audit: auditRouter,
  dataSets: dataSetsRouter,
  deployments: deploymentsRouter,
  edge: edgeRouter,
  experiments: experimentsRouter,
  find: findRouter,
  jobs: jobsRouter,
  keys: keysRouter,
  models: modelsRouter,
  monitor: monitorRouter,
  people: peopleRouter,
  ports: portsRouter,
  releases: releasesRouter,
  reviews: reviewsRouter,
  runs: runsRouter,
  secrets: secretsRouter,
  templates: templatesRouter,
  workflows: workflowsRouter,
})

export type AppRouter = typeof appRouter
