import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

/** How much the spools of this disk take: what was measured last, and what was written since. */
export type DiskRoom = { wrote(bytes: number): void; bytes(): number; measure(): Promise<void> }

/** Measures the folder of all spools; 0 until the first look. */
export function openDiskRoom(root: string): DiskRoom {
  let measured = 0
  let written = 0
  return {
    wrote(bytes) {
      written += bytes
    },
    bytes: () => measured + written,
    async measure() {
      const before = written
      measured = await bytesBelow(root)
      written -= before
    },
  }
}

/** Bytes of all files below a folder; what disappears meanwhile counts for nothing. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  // One after the other: a thousand at once would keep the few threads of the file system from the answers.
  for (const entry of entries) {
    if (!entry.isFile()) continue
    bytes += await stat(path.join(entry.parentPath ?? entry.path, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
