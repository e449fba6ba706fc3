import pino, { type Logger } from 'pino'

export type Log = Logger

/** One JSON line an event on stderr; the supervisor prefixes nothing and loses nothing. */
export function openLog(name: string, level: string): Log {
  return pino({ name, level }, pino.destination(2))
}
