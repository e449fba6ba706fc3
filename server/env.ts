import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'

const port = wholeNumber(0, 65_535)

/** Everything that may be configured from outside; the README's table is made from it. */
const envSchema = z.object({
  /** Where data lives on this machine. */
  STAGELINE_HOME: z.string().default('.stageline'),
  /** A Postgres 15 or newer. Without it the embedded one is started. */
  DATABASE_URL: z.url().optional(),
  /** Address the servers listen on. */
  STAGELINE_HOST: z.string().default('127.0.0.1'),
  STAGELINE_PORT: port.default(4400),
  STAGELINE_GATEWAY_PORT: port.default(4401),
  /** How browsers reach the web server, when a proxy stands before it. */
  STAGELINE_URL: z.url().optional(),
  /** How callers reach the gateway, for the curl lines. */
  STAGELINE_GATEWAY_URL: z.url().optional(),
  /** Origins whose pages may call the gateway with a key from a browser, separated by commas. None when absent. */
  STAGELINE_GATEWAY_ORIGINS: origins(),
  /** Folder of the artifact store; every machine must see the same one. */
  STAGELINE_ARTIFACTS: z.string().optional(),
  /** Signs sessions and encrypts secrets. Made and kept in STAGELINE_HOME when absent. */
  STAGELINE_SECRET: z.string().min(32).optional(),
  /** Stage processes at once per worker. */
  STAGELINE_CONCURRENCY: wholeNumber(1, 64).default(2),
  /** Threads at once per worker, for the folds of trainings; a stage that begins beside others gets a part of them. All processors, at most 4, when absent. */
  STAGELINE_THREADS: wholeNumber(1, 64).optional(),
  /** Lets the URL stage fetch from private addresses (10.x, 192.168.x, localhost …): they may hold what the person who draws must not see. */
  STAGELINE_PRIVATE_URLS: z.stringbool().default(false),
  /** Megabytes that the spools of this disk may take together; beyond it only figures of new answers are kept. */
  STAGELINE_SPOOL_MB: wholeNumber(1, 1_000_000).default(2048),
  /** Megabytes that the models of one gateway may take together; those that are not needed right now make room. Half of the machine's memory when absent. */
  STAGELINE_MODEL_MEMORY_MB: wholeNumber(64, 16_000_000).optional(),
  /** Base address of an OpenTelemetry collector (OTLP over HTTP): the gateway sends it traces and metrics. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  /** Under which name traces and metrics are sent. */
  OTEL_SERVICE_NAME: z.string().default('stageline-gateway'),
  /** Percent of the requests that are traced, where the caller did not decide it. */
  STAGELINE_TRACE_SHARE: wholeNumber(0, 100).default(100),
  STAGELINE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** Each thread has features and model of its own fold in memory, below the cap of the stage process. */
const mostThreads = 4

export type Env = ReturnType<typeof readEnv>

/** Reads and checks the environment once; a wrong value is one sentence that names the variable. */
export function readEnv(source: Record<string, string | undefined>) {
  const parsed = envSchema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new AppError('bad_params', { detail: `The environment variable ${issue?.path.join('.')} is not valid: ${issue?.message}.` })
  }
  const env = parsed.data
  // The comments keep the bundler from packing every file of the project because a path is only known at run time.
  const home = path.resolve(/* turbopackIgnore: true */ env.STAGELINE_HOME)
  return {
    ...env,
    home,
    threads: env.STAGELINE_THREADS ?? Math.min(mostThreads, os.availableParallelism()),
    artifactsDir: path.resolve(/* turbopackIgnore: true */ env.STAGELINE_ARTIFACTS ?? path.join(home, 'artifacts')),
    modelMemoryBytes: (env.STAGELINE_MODEL_MEMORY_MB ?? os.totalmem() / 2 ** 21) * 2 ** 20,
    uploadsDir: path.join(home, 'uploads'),
    spoolDir: path.join(home, 'spool'),
    webUrl: env.STAGELINE_URL ?? `http://${reachable(env.STAGELINE_HOST)}:${env.STAGELINE_PORT}`,
    gatewayUrl: env.STAGELINE_GATEWAY_URL ?? `http://${reachable(env.STAGELINE_HOST)}:${env.STAGELINE_GATEWAY_PORT}`,
  }
}

/** `https://shop.example, http://localhost:3000` as browsers write them in the Origin header. */
function origins() {
  const error = 'it must be origins such as https://shop.example, separated by commas'
  return z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
    .refine((list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin), { error })
}

function wholeNumber(min: number, max: number) {
  const error = `it must be a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}

/** "Every address" can be listened on but not visited; on this machine it is reached at the loopback address. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
