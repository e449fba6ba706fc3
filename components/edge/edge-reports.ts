import type { PredictRow } from '#core/model/signature'
import type { EdgeAnswer } from './edge-model.ts'

/** What is told of one prediction: the body of `POST /v1/{deployment}/edge-predictions`, one entry. */
type Report = { id: string; at: string; version: string; input: PredictRow } & ({ label: string; confidence: number } | { value: number })

/** Where reports wait until they are sent: localStorage, or anything like it. */
export type ReportStore = { getItem(key: string): string | null; setItem(key: string, value: string): void }

export type EdgeReports = {
  /** Remembers predictions; the oldest are forgotten when more wait than may. */
  add(records: readonly PredictRow[], answers: readonly EdgeAnswer[]): void
  waiting(): number
  /** Sends all that wait, in batches. What cannot be sent goes on waiting; what the gateway refuses as wrong is given up. */
  flush(): Promise<{ sent: number; problem: string | null }>
}

export type EdgeReportsOptions = {
  /** Address of the gateway, the deployment's name and the version that answers here, such as v3. */
  gateway: string
  deployment: string
  version: string
  /** A key that may report; it is sent with each batch and kept nowhere. */
  key: string
  store: ReportStore
  now?: () => Date
  send?: typeof fetch
}

const waitAtMost = 5_000
const batch = 200

/**
 * Predictions that were made here, to be reported when there is a network. They wait in the store, so that closing the page
 * loses none; each has the id that it got when it was made, so that a batch that is sent twice counts once.
 */
export function openEdgeReports(options: EdgeReportsOptions): EdgeReports {
  const { gateway, deployment, version, key, store, now = () => new Date(), send = fetch } = options
  const name = `stageline-edge-${deployment}`
  let flushing: Promise<{ sent: number; problem: string | null }> | null = null

  const read = (): Report[] => {
    try {
      // written by `write` below and by nothing else
      return JSON.parse(store.getItem(name) ?? '[]') as Report[]
    } catch {
      // Documented fallback: a store that somebody else spoilt begins anew.
      return []
    }
  }
  const write = (reports: readonly Report[]) => store.setItem(name, JSON.stringify(reports.slice(-waitAtMost)))

  async function flushAll(): Promise<{ sent: number; problem: string | null }> {
    let sent = 0
    for (let next = read().slice(0, batch); next.length > 0; next = read().slice(0, batch)) {
      const outcome = await post(next)
      if (outcome.again) return { sent, problem: outcome.problem }
      // What came in meanwhile stands behind these.
      const ids = new Set(next.map(({ id }) => id))
      write(read().filter(({ id }) => !ids.has(id)))
      if (outcome.problem !== null) return { sent, problem: outcome.problem }
      sent += next.length
    }
    return { sent, problem: null }
  }

  async function post(reports: readonly Report[]): Promise<{ again: boolean; problem: string | null }> {
    try {
      const response = await send(`${gateway}/v1/${encodeURIComponent(deployment)}/edge-predictions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(reports),
      })
      if (response.ok) return { again: false, problem: null }
      const isWrong = response.status === 400 || response.status === 413 || response.status === 422
      return { again: !isWrong, problem: await reasonOf(response) }
    } catch {
      return { again: true, problem: `The gateway at ${gateway} cannot be reached; the reports wait.` }
    }
  }

  return {
    add(records, answers) {
      const at = now().toISOString()
      const added = answers.map((answer, i): Report => {
        const about = { id: answer.id, at, version, input: records[i] ?? {} }
        return 'value' in answer ? { ...about, value: answer.value } : { ...about, label: answer.label, confidence: answer.confidence }
      })
      write([...read(), ...added])
    },
    waiting: () => read().length,
    flush() {
      flushing ??= flushAll().finally(() => {
        flushing = null
      })
      return flushing
    },
  }
}

async function reasonOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null)
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : null
  return typeof message === 'string' ? message : `The gateway answered ${response.status} without a reason.`
}
