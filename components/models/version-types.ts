import type { inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '#server/api/root'

/** All that the API says of one model version. */
export type Version = inferRouterOutputs<AppRouter>['models']['version']
