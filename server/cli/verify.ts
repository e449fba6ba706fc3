import type { Command } from 'commander'
import { AppError } from '#core/errors/app-error'
import type { JobRow } from '#db/queries/jobs'
import { stopJob } from '#server/engine/stop-job'
import { untilDatabase } from '#server/engine/until-database'
import { submitVerification } from '#server/engine/verify-model'
import { watchJob } from '#server/engine/watch-jobs'
import { withWorker } from './find-worker'
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
  const cancel = () => void untilDatabase(house.log, () => stopJob(house, id, actor))
  session.signal.addEventListener('abort', cancel, { once: true })
  if (session.signal.aborted) cancel()
  let job: JobRow | undefined
  // Not the signal of Ctrl-C: that cancels the job, and the job is then over.
  for await (const seen of watchJob(house, id, new AbortController().signal)) {
    job = seen
    const { progress } = seen
    if (progress && process.stderr.isTTY)
      process.stderr.write(`\r\u001b[2K${progress.doing ?? ''} ${Math.round((100 * progress.done) / progress.total)} %`)
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
  if (job?.status !== 'done' || !job.result) {
    throw new AppError(job?.error?.code ?? 'cancelled', { detail: job?.error?.message ?? 'Cancelled.' })
  }
  const { equal, registered, trained, seconds, imported } = job.result
  session.result(
    job.result,
    imported
      ? `${equal ? 'Equal' : 'Different'}: ${model}@${version} was imported from ${imported}; wrapped again, it has ${equal ? `the same bytes (${registered})` : `the hash ${trained}, registered is ${registered}`}.`
      : equal
        ? `Equal: trained again in ${seconds} s, ${model}@${version} has the same bytes (${registered}).`
        : `Different: ${model}@${version} is ${registered}, trained again it is ${trained}. Another version of Stageline, or another kind of processor, may be why.`,
  )
  if (!equal) session.fail()
}
