import { type Command, InvalidArgumentError } from 'commander'
import { rollBack } from '#server/releases/change-release'
import { withSession } from './session'

/** `stageline rollback <deployment>`: the previous release again, as a new one. */
export function addRollback(program: Command): void {
  program
    .command('rollback')
    .description('bring back what a deployment served before; in force within 5 s')
    .argument('<deployment>')
    .option(
      '--to <release>',
      'number of the release to bring back (default: the last that served one version alone and otherwise than now)',
      wholeNumber,
    )
    .option('--reason <text>', 'stands in the release history', '')
    .action(
      withSession(program, async (session, deployment: string, { to, reason }: { to?: number; reason: string }) => {
        session.requireRole('lead')
        const { release } = await rollBack(session.house.db, {
          actor: session.actor,
          deployment,
          reason,
          ...(to === undefined ? {} : { to }),
        })
        session.result({ deployment, release }, `Release ${release} of ${deployment} brings the earlier one back; in force within 5 s.`)
      }),
    )
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be the number of a release.')
  return value
}
