import { type Command, InvalidArgumentError, Option } from 'commander'
import { AppError } from '#core/errors/app-error'
import { keyActions, keyPriorities } from '#core/keys/key-actions'
import { limitWords, newKeySchema } from '#core/keys/key-limits'
import { keyStatus, type OverlapId, overlapIds } from '#core/keys/key-status'
import type { KeyLine, Usage } from '#core/keys/key-views'
import { formatAgo, formatDateTime, formatNumber, plural } from '#core/words/format'
import { findDeployment } from '#db/queries/deployments'
import { endKey, makeKey, rotateKey } from '#server/serving/keys/manage-keys'
import { listKeys, readKeyUsage } from '#server/serving/keys/read-keys'
import { type CliSession, withSession } from './session'
import { UsageError } from './usage-error'

const keyWords = 'its name, the first characters of the key, or its id'

/** `stageline keys …`: the keys of those who call the gateway. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('make, rotate and revoke keys for the gateway, and see what they are used for')
  keys.command('list').description('all keys, newest first').action(withSession(program, list))
  addCreate(program, keys)
  addRotate(program, keys)
  keys
    .command('revoke')
    .description('take a key out of force; gateways refuse it within 5 s')
    .argument('<key>', keyWords)
    .action(
      withSession(program, async (session, reference: string) => {
        session.requireRole('admin')
        const key = await findKey(session, reference)
        await endKey(session.house.db, { actor: session.actor, id: key.id })
        session.result(
          { id: key.id, name: key.name, revoked: true },
          `${key.name} (${key.prefix}…) is revoked; gateways refuse it within 5 s.`,
        )
      }),
    )
  keys
    .command('usage')
    .description('what a key asked for, by day (UTC) and deployment')
    .argument('<key>', keyWords)
    .option('--days <number>', 'how many days to look back, today included', days, 30)
    .action(withSession(program, usage))
}

type CreateOptions = {
  deployments?: string[]
  actions?: string[]
  expires?: Expiry
  rate?: number
  burst?: number
  rowsPerDay?: number
  priority: string
}

function addCreate(program: Command, keys: Command): void {
  keys
    .command('create')
    .description('make a key; it is printed once and never again')
    .argument('<name>', 'after who calls, for example helpdesk-prod')
    .option('--deployments <names>', 'what it may call, with commas between (default: all, those to come included)', splitNames)
    .option('--actions <names>', `what it may do there: ${keyActions.join(', ')} (default: all)`, splitNames)
    .option('--expires <when>', expiryHelp, expiry)
    .option('--rate <number>', 'requests a second on average, on each gateway', Number)
    .option('--burst <number>', 'requests at once (default: as many as a second has)', Number)
    .option('--rows-per-day <number>', 'rows a day (UTC) over all gateways', Number)
    .addOption(new Option('--priority <level>', 'those of low priority are shed first').choices(keyPriorities).default('normal'))
    .action(
      withSession(program, async (session, name: string, options: CreateOptions) => {
        session.requireRole('admin')
        const key = readKey(name, options)
        for (const deployment of key.deployments ?? []) {
          if (!(await findDeployment(session.house.db, deployment))) session.note(`There is no deployment called ${deployment} yet.`)
        }
        const made = await makeKey(session.house.db, { actor: session.actor, key, now: new Date() })
        session.note('Copy it now: it is not kept, and never shown again.')
        session.result(made, made.secret)
      }),
    )
}

function addRotate(program: Command, keys: Command): void {
  keys
    .command('rotate')
    .description('put a new key in the place of one: same name, scopes and limits; it is printed once')
    .argument('<key>', keyWords)
    .addOption(new Option('--overlap <time>', 'how long the old one works on').choices(overlapIds).default('24h'))
    .option('--expires <when>', `${expiryHelp} (default: it lives as long as the old one was meant to)`, expiry)
    .action(
      withSession(program, async (session, reference: string, options: { overlap: OverlapId; expires?: Expiry }) => {
        session.requireRole('admin')
        const key = await findKey(session, reference)
        const rotation = { id: key.id, overlap: options.overlap, expiresAt: options.expires?.at }
        const made = await rotateKey(session.house.db, { actor: session.actor, rotation, now: new Date() })
        const end = options.overlap === 'none' ? 'ends now' : `works until ${formatDateTime(made.oldEndsAt)}`
        session.note(`The old key ${key.prefix}… ${end}. Copy the new one now: it is not kept, and never shown again.`)
        session.result({ ...made, replaces: key.id }, made.secret)
      }),
    )
}

async function list(session: CliSession): Promise<void> {
  const now = new Date()
  const keys = await listKeys(session.house.db, now)
  const lines = keys.map((key) => [
    key.name,
    `${key.prefix}…`,
    keyStatus(key, now),
    key.deployments?.join(',') ?? 'all deployments',
    key.actions?.join(',') ?? 'all actions',
    limitWords(key),
    key.expiresAt ? `${key.expiresAt > now ? 'ends' : 'ended'} ${formatDateTime(key.expiresAt)}` : 'no end',
    key.lastUsedAt ? `used ${formatAgo(key.lastUsedAt, now)}` : 'never used',
    `${plural(key.month.requests, 'request')} in 30 d`,
  ])
  session.result(
    keys.map((key) => ({ ...key, status: keyStatus(key, now) })),
    lines.length > 0 ? columns(lines) : 'There is no key yet. Make one with `stageline keys create <name>`.',
  )
}

async function usage(session: CliSession, reference: string, options: { days: number }): Promise<void> {
  const { id } = await findKey(session, reference)
  const view = await readKeyUsage(session.house.db, { id, days: options.days, now: new Date() })
  const words = ({ requests, rows, limited, failed }: Usage) => [
    plural(requests, 'request'),
    plural(rows, 'row'),
    `${formatNumber(limited)} limited`,
    `${formatNumber(failed)} failed`,
  ]
  session.result(
    view,
    view.days.length > 0
      ? columns(view.days.map(({ day, deployment, ...counts }) => [day, deployment, ...words(counts)]))
      : `${view.key.name} asked for nothing from ${view.from} to ${view.to}.`,
  )
}

async function findKey({ house }: CliSession, reference: string): Promise<KeyLine> {
  const now = new Date()
  const keys = await listKeys(house.db, now)
  const start = reference.replace(/…$/, '')
  const exact = keys.filter(({ id, prefix }) => id === reference || prefix === start || start.startsWith(prefix))
  const named = keys.filter(({ name }) => name === reference)
  // One that was ended is hardly meant while another of its name works.
  const working = named.filter((key) => ['in force', 'expires soon'].includes(keyStatus(key, now)))
  const found = exact.length > 0 ? exact : working.length > 0 ? working : named
  const [key, ...others] = found
  if (!key) throw new AppError('not_found', { detail: `There is no key "${shortened(reference)}". \`stageline keys list\` shows them.` })
  if (others.length > 0) {
    throw new UsageError(
      `${found.length} keys are called ${reference}: say which by its first characters, ${found.map(({ prefix }) => prefix).join(' or ')}.`,
    )
  }
  return key
}

/** A whole secret, given by mistake, must not stand in an error. */
function shortened(reference: string): string {
  return reference.startsWith('sl_') ? `${reference.slice(0, 9)}…` : reference
}

function readKey(name: string, { deployments, actions, expires, rate, burst, rowsPerDay, priority }: CreateOptions) {
  const read = newKeySchema.safeParse({
    name,
    deployments: deployments ?? null,
    actions: actions ?? null,
    expiresAt: expires?.at ?? null,
    limits: { ratePerSecond: rate ?? null, burst: burst ?? null, rowsPerDay: rowsPerDay ?? null, priority },
  })
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new UsageError(`${issue?.path.join('.') ?? 'key'}: ${issue?.message ?? 'not valid'}`)
}

const expiryHelp = 'when it ends: 12h, 90d, a date such as 2027-01-31, or never'

/** Wrapped, since commander makes an empty text of null. */
type Expiry = { at: Date | null }

function expiry(text: string): Expiry {
  if (text === 'never') return { at: null }
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? []
  if (count) return { at: new Date(Date.now() + Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000)) }
  const at = /^\d{4}-\d\d-\d\d(T.+)?$/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('Write it as 12h, 90d, 2027-01-31 or never.')
  return { at }
}

function days(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 365) throw new InvalidArgumentError('It must be a whole number from 1 to 365.')
  return value
}

function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function columns(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
