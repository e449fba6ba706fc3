import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from './registry'

const microsecond = 1e-6
const nanosecond = 1e-9

/** The figures that every process has, under the names by which dashboards know them. */
export function openProcessFigures(registry: Registry): void {
  const startedAt = Date.now() / 1000 - process.uptime()
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const figures: [name: string, kind: 'counter' | 'gauge', help: string, read: () => number][] = [
    ['process_cpu_user_seconds_total', 'counter', 'Processor time in the program.', () => process.cpuUsage().user * microsecond],
    ['process_cpu_system_seconds_total', 'counter', 'Processor time in the system.', () => process.cpuUsage().system * microsecond],
    ['process_resident_memory_bytes', 'gauge', 'Memory of the process.', () => process.memoryUsage.rss()],
    ['process_start_time_seconds', 'gauge', 'Start of the process, seconds since 1970.', () => startedAt],
    ['nodejs_heap_size_used_bytes', 'gauge', 'Heap in use.', () => process.memoryUsage().heapUsed],
    ['nodejs_eventloop_lag_p99_seconds', 'gauge', 'Delay of the event loop since somebody looked last, 99th percentile.', () => lag()],
  ]
  function lag(): number {
    const p99 = delay.percentile(99) * nanosecond
    delay.reset()
    return p99
  }
  for (const [name, kind, help, read] of figures) registry.observed(name, { help, kind }, () => [[read()]])
}
