/** Time as the parts of the gateway see it, so that tests can turn it by hand. */
export type Clock = {
  /** Ms of a clock that never jumps. */
  now(): number
  /** Calls back once after so many ms; returns what calls it off. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void
  /** Calls back when this turn of the event loop has read what there was. */
  soon(callback: () => void): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
  soon: (callback) => void setImmediate(callback),
}
