import { openFoldThreads } from '#server/folds/fold-threads'
import type { House } from '#server/house'
import { readModelSecret } from '#server/secrets/read-secret'
import type { StageContext } from '#stages/define'
import { openScratchFolders } from '../stage-process/scratch-folders'
import { openStageContext } from '../stage-process/stage-context'

const memoryMb = 4096

/** What stages work with, for a job that does a stage's work outside of any run. It may ask nothing of a worker. */
export async function openJobContext(
  house: House,
  {
    type,
    title,
    seed,
    progress,
  }: { type: string; title: string; seed: number; progress(done: number, total: number, doing?: string): void },
): Promise<{ ctx: StageContext; close(): Promise<void> }> {
  const folders = await openScratchFolders(house.env.home)
  const folds = openFoldThreads()
  const { ctx, close } = openStageContext(
    {
      type,
      title,
      params: {},
      version: 1,
      inputs: {},
      seed,
      stage: { id: 'job', title, runId: '', workflow: 'job' },
      artifactsDir: house.env.artifactsDir,
      scratch: await folders.make(),
      memoryMb,
      threads: house.env.threads,
      privateUrls: false,
    },
    {
      calls: { dataSetVersion: refuse, registerModel: refuse, deployModel: refuse, searchTrials: refuse, trialScore: refuse },
      secret: (name) => readModelSecret(house, name),
    },
    folds,
    (message) => {
      if (message.kind === 'progress') progress(message.done, message.total, message.doing)
    },
  )
  return {
    ctx,
    async close() {
      close()
      await folds.close()
      await folders.removeAll()
    },
  }
}

async function refuse(): Promise<never> {
  throw new Error('a job asks nothing of a worker')
}
