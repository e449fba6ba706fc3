import type { Command } from 'commander'
import { submitVerification } from '#server/engine/verify-model'
import { withWorker } from './find-worker'
import { followJob } from './follow-job'
import { type CliSession, withSession } from './session'
import { UsageError } from './usage-error'

/** `stageline verify <model>@<version>`: trains it again from its stored artifacts and compares the hashes of both files. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('train a registered model again from its stored artifacts and compare both files byte by byte')
    .argument('<model@version>', 'for example email-triage@3')
    .action(
      withSession(program, async (session, reference: string) => {
        session.requireRole('analyst')
        const [, model, version] = /^(.+)@v?(\d+)$/.exec(reference) ?? []
        if (model === undefined) throw new UsageError(`Say which version: ${reference.split('@')[0]}@1, for example.`)
        await withWorker(session.house, () => verify(session, model, Number(version)))
      }),
    )
}

async function verify(session: CliSession, model: string, version: number): Promise<void> {
  const { house, actor } = session
  const { id } = await submitVerification(house, { model, version, actor, createdBy: actor.id })
  const result = await followJob(session, id)
  const { equal, registered, trained, seconds, imported } = result
  session.result(
    result,
    imported
      ? `${equal ? 'Equal' : 'Different'}: ${model}@${version} was imported from ${imported}; wrapped again, it has ${equal ? `the same bytes (${registered})` : `the hash ${trained}, registered is ${registered}`}.`
      : equal
        ? `Equal: trained again in ${seconds} s, ${model}@${version} has the same bytes (${registered}).`
        : `Different: ${model}@${version} is ${registered}, trained again it is ${trained}. Another version of Stageline, or another kind of processor, may be why.`,
  )
  if (!equal) session.fail()
}
