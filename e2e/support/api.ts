import type { APIRequestContext } from '@playwright/test'
import superjson from 'superjson'

/** Calls a procedure of the API as whoever `request` is signed in as; the preparation of a journey, never the journey itself. */
export async function callApi<Result>(
  request: APIRequestContext,
  kind: 'query' | 'mutation',
  path: string,
  input?: unknown,
): Promise<Result> {
  const body = superjson.serialize(input)
  const url = `/api/trpc/${path}`
  const response =
    kind === 'query'
      ? await request.get(input === undefined ? url : `${url}?input=${encodeURIComponent(JSON.stringify(body))}`)
      : await request.post(url, { data: body })
  const answer = await response.json()
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}: ${answer?.error?.json?.message ?? JSON.stringify(answer)}`)
  // The caller names what the procedure promises; its zod output schema has checked it on the server.
  return superjson.deserialize(answer.result.data) as Result
}

/** Signs this request context in, as the sign-in page does. */
export async function signIn(request: APIRequestContext, { email, password }: { email: string; password: string }): Promise<void> {
  const response = await request.post('/api/auth/sign-in/email', { data: { email, password } })
  if (!response.ok()) throw new Error(`The sign-in of ${email} was refused: ${response.status()} ${await response.text()}`)
}
