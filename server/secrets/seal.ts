import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { AppError } from '#core/errors/app-error'

/** Encrypts a value with the installation's key (AES-256-GCM); the text holds nonce, tag and cipher text. */
export function seal(value: string, key: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyBytes(key), nonce)
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** The value again, or a sentence when the installation's key is another one. */
export function unseal(sealed: string, key: string, name: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', keyBytes(key), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new AppError('unavailable', {
      detail: `The secret "${name}" cannot be read: it was written with another STAGELINE_SECRET. Set that key again, or write the secret anew under Settings, Secrets.`,
      cause,
    })
  }
}

function keyBytes(key: string): Buffer {
  return createHash('sha256').update('stageline secrets').update(key).digest()
}
