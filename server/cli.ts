import { Command, CommanderError } from 'commander'
import { addBatch } from '#server/cli/batch'
import { addDeploy } from '#server/cli/deploy'
import { addDoctor } from '#server/cli/doctor'
import { addExport } from '#server/cli/export'
import { addImport } from '#server/cli/import'
import { addKeys } from '#server/cli/keys'
import { addPredict } from '#server/cli/predict'
import { addQuantise } from '#server/cli/quantise'
import { addRollback } from '#server/cli/rollback'
import { addRollout } from '#server/cli/rollout'
import { addRolloutActs } from '#server/cli/rollout-acts'
import { addRun } from '#server/cli/run'
import { addTemplates } from '#server/cli/templates'
import { addTraffic } from '#server/cli/traffic'
import { addVerify } from '#server/cli/verify'
import { codeVersion } from '#server/version'

/** Every command: one file in server/cli, one line here, in the order that `--help` shows. */
const commands = [
  addRun,
  addTemplates,
  addImport,
  addExport,
  addVerify,
  addQuantise,
  addDeploy,
  addRollout,
  addRolloutActs,
  addRollback,
  addPredict,
  addBatch,
  addKeys,
  addTraffic,
  addDoctor,
]

/** The program `stageline`. */
export function buildProgram(): Command {
  const program = new Command('stageline')
    .description('Draw a workflow; train, deploy and watch the model it makes. The same from the command line.')
    .version(codeVersion)
    .option('--json', 'print the result as JSON on stdout, and nothing else there')
    .option('--as <email>', 'act as this user (default: STAGELINE_USER, else the owner)')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong usage.\nThe database is DATABASE_URL, else the embedded one of STAGELINE_HOME (started for as long as it is needed).',
    )
  for (const add of commands) add(program)
  for (const command of program.commands) command.exitOverride().showHelpAfterError('(--help shows how it is used)')
  return program
}

/** Runs the command line and leaves the exit code behind. Called by bin.mjs. */
export async function main(argv: string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version are asked for, and end well; everything else that commander throws is wrong usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
    // Commander has told people on stderr already.
    if (process.exitCode === 2 && argv.includes('--json')) {
      const message = error.message.replace(/^error: /, '')
      process.stdout.write(`${JSON.stringify({ error: { code: 'usage', message } }, null, 2)}\n`)
    }
  }
}
