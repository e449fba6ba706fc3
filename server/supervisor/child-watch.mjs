// Loaded into every child of the supervisor before its own code. The channel to the supervisor closes when the supervisor
// dies, however it died; a child without a supervisor ends in order, and by force if that takes too long.
if (process.channel) {
  process.channel.unref()
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), 15_000).unref()
    process.kill(process.pid, 'SIGTERM')
  })
}
