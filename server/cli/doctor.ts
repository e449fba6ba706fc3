import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { examine } from '#server/doctor/examine'
import type { Finding } from '#server/doctor/finding'
import { atEdge, cliEnv } from './session'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
const signs: Record<Finding['state'], string> = { ok: '✓', idle: '·', warning: '!', problem: '✗' }

/** `stageline doctor`: what is sound, what is not, and how to mend it. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check machine, database, queue, gateway and artifacts, and say how to mend what is wrong')
    .action(() =>
      atEdge(program, async (out) => {
        const findings = await examine(cliEnv(), root)
        const problems = findings.filter(({ state }) => state === 'problem').length
        const verdict = problems === 0 ? 'All is well.' : problems === 1 ? 'One thing is wrong.' : `${problems} things are wrong.`
        out.result({ healthy: problems === 0, findings }, [...findings.map(line), '', verdict].join('\n'))
        if (problems > 0) out.fail()
      }),
    )
}

function line({ check, state, text, mend }: Finding): string {
  const first = `${signs[state]} ${check.padEnd(12)} ${text}`
  return mend ? `${first}\n  ${' '.repeat(12)} → ${mend}` : first
}
