import { z } from 'zod'
import { type Graph, graphSchema } from '#core/graph/graph'

/** Edits that a tab made and had not saved when it ended. Each tab writes its own, so that two tabs do not overwrite each other. */
export type Draft = { key: string; baseNumber: number; graph: Graph; at: Date }

const storedSchema = z.object({ baseNumber: z.int().positive(), graph: graphSchema, at: z.number() })

/** A draft younger than this may belong to a tab that is still saving it. */
const ownedMs = 3_000

const prefixOf = (workflowId: string) => `stageline.draft.${workflowId}.`

/** Writes the draft of one tab; null removes it. Does nothing where the browser keeps nothing. */
export function writeDraft(workflowId: string, tab: string, edit: { baseNumber: number; graph: Graph } | null): void {
  try {
    const key = prefixOf(workflowId) + tab
    if (edit === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify({ ...edit, at: Date.now() }))
  } catch {
    // Storage is full or switched off: the edit still goes to the server within the second.
  }
}

/** The newest draft that an ended tab left for a workflow. Broken ones are removed. */
export function findDraft(workflowId: string, now: number): Draft | null {
  try {
    const drafts: Draft[] = []
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(prefixOf(workflowId))) continue
      const stored = storedSchema.safeParse(JSON.parse(localStorage.getItem(key) ?? 'null'))
      if (!stored.success) localStorage.removeItem(key)
      else if (now - stored.data.at > ownedMs) drafts.push({ key, ...stored.data, at: new Date(stored.data.at) })
    }
    return drafts.sort((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null
  } catch {
    return null // no storage, nothing left behind
  }
}

/** Removes a draft that was taken over. */
export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // no storage, nothing to remove
  }
}
