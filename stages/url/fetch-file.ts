import { lookup } from 'node:dns'
import { createWriteStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#core/errors/app-error'

export type FetchOptions = {
  to: string
  authorization?: string
  maxBytes: number
  /** Whether an IP address may not be asked; `isPrivate`, unless the operator allows all. */
  isForbidden(address: string): boolean
  signal: AbortSignal
  onBytes?(done: number, total: number): void
}

const maxRedirects = 5

/** A list for each family: in a common one, Node takes every IPv4 address for a part of ::ffff:0:0/96. */
const privateIpv4 = new BlockList()
const privateIpv6 = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateIpv4.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 96],
  // Addresses that carry an IPv4 address inside: 6to4, Teredo and translation.
  ['2001::', 32],
  ['2002::', 16],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  privateIpv6.addSubnet(net, bits, 'ipv6')
}

/** Whether an address belongs to this machine or a private network. */
export function isPrivate(address: string): boolean {
  return isIP(address) === 6 ? privateIpv6.check(address, 'ipv6') : privateIpv4.check(address, 'ipv4')
}

/**
 * Downloads a file, following redirects. Every address is judged at the moment of connecting, so that neither a redirect
 * nor a name that changes its address between look-up and connection reaches the inside of the network.
 */
export async function fetchFile(address: string, options: FetchOptions): Promise<{ bytes: number; name: string }> {
  let url = new URL(address)
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const response = await request(url, options)
    const status = response.statusCode ?? 0
    const location = response.headers.location
    if (status >= 300 && status < 400 && location !== undefined) {
      response.resume()
      const next = new URL(location, url)
      if (next.protocol !== 'http:' && next.protocol !== 'https:')
        throw refuse(`${url.host} sends on to ${next.protocol}, which is no web address.`)
      // A key for one host is not for another.
      if (next.host !== url.host) delete options.authorization
      url = next
      continue
    }
    if (status !== 200) {
      response.resume()
      throw refuse(
        `${url.host} answered ${status} ${response.statusMessage ?? ''}`.trim() +
          '. Open the address in a browser, and check the secret if it needs one.',
      )
    }
    const bytes = await save(response, options)
    return { bytes, name: url.pathname.split('/').at(-1) || url.host }
  }
  throw refuse(`${url.host} redirects more than ${maxRedirects} times. Enter the final address.`)
}

function request(url: URL, { authorization, isForbidden, signal }: FetchOptions): Promise<http.IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && isForbidden(host)) throw inside(host)
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? https.get : http.get
    get(
      url,
      {
        signal,
        lookup: lookupAllowed(isForbidden),
        headers: { 'user-agent': 'stageline', accept: '*/*', ...(authorization !== undefined && { authorization }) },
      },
      resolve,
    ).on('error', (cause) => {
      if (cause instanceof AppError || signal.aborted) return reject(cause)
      reject(
        new AppError('unavailable', {
          detail: `${url.host} does not answer (${cause.message}). Check the address and the network.`,
          hint: { param: 'url' },
          cause,
        }),
      )
    })
  })
}

function lookupAllowed(isForbidden: FetchOptions['isForbidden']): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 4)
      if (addresses.some(({ address }) => isForbidden(address))) return callback(inside(host), '', 4)
      if (options.all) return callback(null, addresses)
      const [first] = addresses
      callback(null, first?.address ?? '', first?.family ?? 4)
    })
  }
}

async function save(response: http.IncomingMessage, { to, maxBytes, signal, onBytes }: FetchOptions): Promise<number> {
  const total = Number(response.headers['content-length'] ?? 0)
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes)
        return done(
          refuse(`The file is larger than ${Math.round(maxBytes / 2 ** 20)} MB. Raise the largest size if that is right.`, 'maxMb'),
        )
      onBytes?.(bytes, Math.max(total, bytes))
      done(null, chunk)
    },
  })
  try {
    await pipeline(response, counter, createWriteStream(to), { signal })
  } catch (cause) {
    if (cause instanceof AppError || signal.aborted) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') {
      throw new AppError('disk_full', { detail: 'The disk is full: the download does not fit. Free some space and run again.', cause })
    }
    throw new AppError('unavailable', {
      detail: `The download broke off after ${bytes} bytes${total > 0 ? ` of ${total}` : ''}. Run again; if it happens again, look at the server.`,
      hint: { param: 'url' },
      cause,
    })
  }
  return bytes
}

const refuse = (detail: string, param = 'url') => new AppError('bad_input', { detail, hint: { param } })

const inside = (host: string) =>
  refuse(
    `${host} is an address of this machine or of a private network, which a workflow may not reach. An admin can allow it with STAGELINE_PRIVATE_URLS=1.`,
  )
