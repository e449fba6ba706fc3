import { AppError } from '#core/errors/app-error'

/** The value that a body holds, or a sentence that says why it holds none. */
export function parseJson(text: string, what = 'The body'): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad_request', {
      detail: `${what} is not JSON: ${cause instanceof Error ? cause.message : 'it cannot be read'}.`,
      cause,
    })
  }
}

/** Whether it is a JSON object, not an array and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a value is, for sentences: "a text", "an array", "null". */
export function article(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** The body as text: a request without one has none, and routes that read bytes get a buffer. */
export function bodyText(body: unknown): string {
  if (typeof body === 'string') return body
  return Buffer.isBuffer(body) ? body.toString('utf8') : ''
}
