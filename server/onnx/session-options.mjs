// Plain JavaScript, for the threads of the gateway that hold models.

/** One thread: the same sums in the same order at every run, and several models do not fight for the processors. */
export const sessionOptions = /** @type {const} */ ({ intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 })
