import { z } from 'zod'

/** What a caller sees of one answer of the gateway. */
export type GatewayAnswer = { status: number; body: unknown }

export type GatewayCall = (options: { body?: unknown; text?: string; key?: string | null; caller?: string }) => Promise<GatewayAnswer>

/** Calls a deployment as a program somewhere else does: plain HTTP, no cookies, a key. `text` is sent as it is. */
export function openCaller({ url, deployment, key }: { url: string; deployment: string; key: string }): GatewayCall {
  return async ({ body, text = JSON.stringify(body), key: ownKey = key, caller }) => {
    const response = await fetch(`${url}/v1/${deployment}/predict`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(ownKey === null ? {} : { authorization: `Bearer ${ownKey}` }),
        ...(caller === undefined ? {} : { 'x-stageline-key': caller }),
      },
      body: text,
    })
    return { status: response.status, body: await response.json() }
  }
}

/** The contract of one record's answer, written down a second time on purpose: callers depend on these words. */
export const answerSchema = z.object({
  id: z.string().min(8),
  label: z.string(),
  confidence: z.number().min(0).max(1),
  probabilities: z.record(z.string(), z.number().min(0).max(1)),
  model: z.string(),
  version: z.string(),
  deployment: z.string(),
  release: z.int(),
})

/** Runs `work` for 0 to count - 1, a few at a time, and gives the results in order. */
export async function inParallel<Result>(
  { count, atOnce }: { count: number; atOnce: number },
  work: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

/** A stream of requests, one after the other, until `stop`; never more than `most`. Whatever an answer is, it is kept. */
export function streamRequests(send: () => Promise<GatewayAnswer>, most: number) {
  const answers: (GatewayAnswer | { status: 0; body: string })[] = []
  let isOpen = true
  const done = (async () => {
    while (isOpen && answers.length < most) answers.push(await send().catch((error) => ({ status: 0 as const, body: String(error) })))
  })()
  return {
    answers,
    async stop() {
      isOpen = false
      await done
    },
  }
}
