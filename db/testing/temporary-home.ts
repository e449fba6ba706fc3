import { chmodSync, mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/**
 * A data folder for a test, under the system's temporary one. The account that Postgres runs as may walk through it: else
 * root's database would lie under /var/lib, and stay there when the folder is removed.
 */
export function makeTemporaryHome(prefix: string, parent = os.tmpdir()): string {
  const home = mkdtempSync(path.join(parent, prefix))
  chmodSync(home, 0o711)
  return home
}
