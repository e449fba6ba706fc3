import { isFinal, type Status } from '#core/runs/status'
import type { RunChange, StageRunView } from '#core/runs/views'

/** Draws how far a run is: bars that move on a terminal, a line per finished stage elsewhere. Everything goes to stderr. */
export type RunProgress = { show(change: RunChange): void; end(): void }

const signs: Record<Status, string> = {
  queued: '○',
  running: '◐',
  waiting: '✋',
  done: '✓',
  cached: '⚡',
  failed: '✗',
  crashed: '✗',
  timed_out: '✗',
  cancelled: '⊘',
  skipped: '–',
}

export function openRunProgress(out: NodeJS.WriteStream, titles: ReadonlyMap<string, string>): RunProgress {
  const rows = new Map<string, StageRunView>()
  let drawn = 0
  let timer: NodeJS.Timeout | undefined

  const width = Math.max(8, ...[...titles.values()].map((title) => title.length))
  const line = (stage: StageRunView) => {
    const title = (titles.get(stage.stage) ?? stage.stage).padEnd(width)
    return `${signs[stage.status]} ${title}  ${words(stage)}`.slice(0, (out.columns ?? 120) - 1)
  }
  const draw = () => {
    const up = drawn > 0 ? `\u001b[${drawn}A` : ''
    const shown = [...titles.keys()].flatMap((id) => rows.get(id) ?? [])
    out.write(`${up}${shown.map((stage) => `\u001b[2K${line(stage)}\n`).join('')}`)
    drawn = shown.length
  }

  return {
    show({ stages }) {
      for (const stage of stages) {
        const before = rows.get(stage.stage)
        rows.set(stage.stage, stage)
        if (!out.isTTY && isFinal(stage.status) && !(before && isFinal(before.status))) out.write(`${line(stage)}\n`)
      }
      if (!out.isTTY) return
      draw()
      // The clock of a running stage moves between two messages, too.
      timer ??= setInterval(draw, 500)
    },
    end() {
      clearInterval(timer)
      if (out.isTTY && drawn > 0) draw()
    },
  }
}

function words(stage: StageRunView): string {
  const { status, progress, startedAt, durationMs, figure, error } = stage
  switch (status) {
    case 'queued':
      return ''
    case 'running': {
      const seconds = startedAt ? `${((Date.now() - startedAt.getTime()) / 1000).toFixed(0)} s` : ''
      return progress ? `${bar(progress.done / progress.total)} ${seconds}  ${progress.doing ?? ''}` : seconds
    }
    case 'waiting':
      return 'waits for a person: answer under Runs, or in the interface'
    case 'done':
    case 'cached': {
      const took = status === 'cached' ? 'cached' : `${((durationMs ?? 0) / 1000).toFixed(1)} s`
      return `${took.padEnd(8)}${figure ? `  ${typeof figure.value === 'number' ? figure.value.toLocaleString('en') : figure.value} ${figure.label}` : ''}`
    }
    default:
      return error?.message ?? status.replace('_', ' ')
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * 20)
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${String(Math.round(Math.min(1, share) * 100)).padStart(3)} %`
}
