const lookMs = 500

/**
 * Calls `onLost` once when the process that started this one is gone. A service manager that stops `npm start` ends npm and
 * its shell, and neither passes the signal on: without this look the whole house would stay up without a master.
 */
export function watchParent(onLost: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onLost()
  }, lookMs)
  timer.unref()
}
