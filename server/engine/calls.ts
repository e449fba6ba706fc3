import { AppError } from '#core/errors/app-error'
import { systemActor } from '#db/queries/audit'
import { findReadyVersion } from '#db/queries/data-set-refs'
import { findSecret } from '#db/queries/secrets'
import type { House } from '#server/house'
import { registerModel } from '#server/registry/register-model'
import { deployModel } from '#server/releases/deploy-model'
import { secretKey } from '#server/secret-key'
import { unseal } from '#server/secrets/seal'
import type { StageCalls } from '#stages/define'
import { openSearchCalls, type SearchCaller } from './search-calls'
import { starterOf } from './starter'

/** Which stage of which run asks. `versions` are the data set versions that the stage's key was made with. */
export type Caller = { runId: string; stageId: string; versions: Record<string, number>; search: SearchCaller }

/** What a stage may ask of its worker. Every answer checks and writes here; a stage process has no database. */
export function openCalls(house: House, caller: Caller): StageCalls & { secret(input: { name: string }): Promise<string> } {
  const { db, env } = house
  return {
    ...openSearchCalls(house, caller.search),
    async dataSetVersion({ dataSet, version }) {
      return findReadyVersion(db, { dataSet, version: version ?? caller.versions[dataSet] })
    },
    async registerModel(input) {
      return registerModel(house, input, { runId: caller.runId, stageId: caller.stageId })
    },
    async deployModel({ sample: _, ...input }) {
      return deployModel(db, { ...input, actor: (await starterOf(db, caller.runId)) ?? systemActor })
    },
    async secret({ name }) {
      const sealed = await findSecret(db, name)
      if (sealed === null) {
        throw new AppError('bad_params', { detail: `There is no secret named "${name}". An admin can add it under Settings, Secrets.` })
      }
      return unseal(sealed, secretKey(env), name)
    },
  }
}
