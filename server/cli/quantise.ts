import type { Command } from 'commander'
import { smallerResultSchema, smallerWords } from '#core/model/smaller'
import { acceptSmaller, submitSmaller } from '#server/registry/make-smaller'
import { withWorker } from './find-worker'
import { followJob } from './follow-job'
import { withSession } from './session'
import { UsageError } from './usage-error'

/** `stageline quantise <model>@<version>`: what int8 weights would cost and gain; with --accept they become the next version. */
export function addQuantise(program: Command): void {
  program
    .command('quantise')
    .description('measure a registered model with its weights in int8 beside what it is, and register it with --accept')
    .argument('<model@version>', 'for example email-triage@3')
    .option('--accept', 'register the smaller model as the next version')
    .action(
      withSession(program, async (session, reference: string, { accept = false }: { accept?: boolean }) => {
        session.requireRole('analyst')
        const [, model, digits] = /^(.+)@v?(\d+)$/.exec(reference) ?? []
        if (model === undefined) throw new UsageError(`Say which version: ${reference.split('@')[0]}@1, for example.`)
        const { house, actor } = session
        const version = Number(digits)
        await withWorker(house, async () => {
          const { id } = await submitSmaller(house, { model, version, actor })
          const result = smallerResultSchema.parse(await followJob(session, id))
          const made = accept ? await acceptSmaller(house, { model, version, actor, job: id }) : null
          const next = made ? `Registered as ${model}@${made.version}.` : 'Nothing was registered; --accept makes it the next version.'
          session.result({ ...result, job: id, registered: made?.version ?? null }, `${smallerWords(result.measured)}\n${next}`)
        })
      }),
    )
}
