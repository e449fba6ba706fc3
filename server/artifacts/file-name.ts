import { open } from 'node:fs/promises'

export type ArtifactType = { ending: 'parquet' | 'json' | 'onnx' | 'bin'; mime: string }

/** What an artifact holds, told by its first bytes. */
export async function artifactType(file: string): Promise<ArtifactType> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    const head = buffer.subarray(0, bytesRead).toString('latin1')
    if (head === 'PAR1') return { ending: 'parquet', mime: 'application/vnd.apache.parquet' }
    if (/^\s*[[{]/.test(head)) return { ending: 'json', mime: 'application/json' }
    // A model file begins with its format version: protobuf field 1, a small number.
    if (head.charCodeAt(0) === 0x08 && head.charCodeAt(1) < 0x20) return { ending: 'onnx', mime: 'application/octet-stream' }
    return { ending: 'bin', mime: 'application/octet-stream' }
  } finally {
    await handle.close()
  }
}

/** A name that is safe in a header and on every disk: "Train, table" -> train-table.parquet; without a wish the hash names the file. */
export function artifactFileName(wish: string | null, hash: string, { ending }: ArtifactType): string {
  const stem = (wish ?? '')
    .replace(/\.(parquet|json|onnx)$/i, '')
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 80)
  return `${stem || hash.slice(0, 12)}.${ending}`
}
