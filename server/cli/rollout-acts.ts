import type { Command } from 'commander'
import { changeRelease } from '#server/releases/change-release'
import { withSession } from './session'

type Act = { kind: 'promote' | 'hold' | 'resume'; description: string; done(deployment: string, release: number): string }

const acts: readonly Act[] = [
  {
    kind: 'promote',
    description: 'give the challenger of a deployment all traffic; in force within 5 s',
    done: (deployment, release) => `Release ${release} of ${deployment} gives the challenger all traffic; in force within 5 s.`,
  },
  {
    kind: 'hold',
    description: 'keep the rollout of a deployment where it is; proven harm still rolls it back',
    done: (deployment) => `The rollout on ${deployment} stays where it is until somebody resumes it.`,
  },
  {
    kind: 'resume',
    description: 'let the rollout of a deployment that is held, or that asks, go on',
    done: (deployment) => `The rollout on ${deployment} goes on; its step begins anew.`,
  },
]

/** `stageline promote|hold|resume <deployment>`: what a lead does about a version on its way to traffic. */
export function addRolloutActs(program: Command): void {
  for (const { kind, description, done } of acts) {
    program
      .command(kind)
      .description(description)
      .argument('<deployment>')
      .option('--reason <text>', 'stands in the history', '')
      .action(
        withSession(program, async (session, deployment: string, { reason }: { reason: string }) => {
          session.requireRole('lead')
          const { release, request } = await changeRelease(session.house.db, { kind, deployment, reason }, session)
          session.result(
            { deployment, release, request },
            request
              ? `${deployment} wants a second person, who is asked now: ${request.sentence} Nothing has changed yet.`
              : done(deployment, release),
          )
        }),
      )
  }
}
