import type { ComputedAnswer } from './served-model'

/** Answers of one model version by canonical input, those not asked for for longest leaving first. Bounded by number and by bytes. */
export type AnswerCache = {
  find(key: string): ComputedAnswer | undefined
  keep(key: string, answer: ComputedAnswer): void
  /** So many answers from now on; 0 forgets all. */
  resize(entries: number): void
  size(): { entries: number; bytes: number }
}

const bytesAtMost = 32 * 1024 * 1024
/** What an entry costs beside its texts and numbers, roughly. */
const entryBytes = 300

/** An empty cache; `mostBytes` is for tests. */
export function openAnswerCache(entries: number, mostBytes = bytesAtMost): AnswerCache {
  // A Map remembers the order in which its keys came: the first is the one not used for longest.
  const kept = new Map<string, ComputedAnswer>()
  let most = entries
  let bytes = 0

  function shrink(): void {
    for (const [key, answer] of kept) {
      if (kept.size <= most && bytes <= mostBytes) return
      kept.delete(key)
      bytes -= bytesOf(key, answer)
    }
  }

  return {
    find(key) {
      const answer = kept.get(key)
      if (!answer) return undefined
      kept.delete(key)
      kept.set(key, answer)
      return answer
    },
    keep(key, answer) {
      const old = kept.get(key)
      if (old) bytes -= bytesOf(key, old)
      kept.delete(key)
      // A part of a batch's answers would keep the whole batch in memory.
      kept.set(key, 'probabilities' in answer ? { ...answer, probabilities: answer.probabilities.slice() } : answer)
      bytes += bytesOf(key, answer)
      shrink()
    },
    resize(count) {
      most = count
      shrink()
    },
    size: () => ({ entries: kept.size, bytes }),
  }
}

/** The key holds the texts of the input, and so does the answer once more; two bytes a character. */
function bytesOf(key: string, answer: ComputedAnswer): number {
  return entryBytes + key.length * 4 + ('probabilities' in answer ? answer.probabilities.byteLength : 0)
}
