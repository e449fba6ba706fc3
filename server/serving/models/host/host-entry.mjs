// One model in a thread or process of its own. Plain JavaScript that imports the runtime and nothing else: it starts in a
// moment, and there is little that could fail beside the model.

import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import ort from 'onnxruntime-node'
import { sessionOptions } from '../../../onnx/session-options.mjs'

/** @import { FromHost, HostAnswers, HostBatch, HostColumn, HostLoad, ToHost } from './host-messages' */

/** @type {{ session: ort.InferenceSession, indexes: Map<string, number> | null } | null} */
let model = null

const port = isMainThread ? null : parentPort
if (port) port.on('message', receive)
else {
  process.on('message', receive)
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches all processes of a terminal; this one ends when its gateway says so.
  process.on('SIGINT', () => undefined)
  // A run blocks this thread, perhaps for ever. The watch ends the process when the gateway is gone all the same.
  const watch = `const parent = process.ppid
    setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`
  new Worker(watch, { eval: true }).unref()
}

/**
 * @param {FromHost} message
 * @param {ArrayBuffer[]} [transfer]
 */
function send(message, transfer) {
  if (port) port.postMessage(message, transfer)
  else process.send?.(message)
}

/** @param {ToHost} message */
async function receive(message) {
  switch (message.kind) {
    case 'load':
      return load(message)
    case 'run':
      return run(message)
    case 'close':
      await model?.session.release()
      process.exit(0)
  }
}

/** @param {HostLoad} about */
async function load({ file, classes }) {
  try {
    const session = await ort.InferenceSession.create(file, { ...sessionOptions, executionProviders: ['cpu'] })
    model = { session, indexes: classes && new Map(classes.map((name, k) => [name, k])) }
    send({ kind: 'ready' })
  } catch (error) {
    send({ kind: 'failed', id: null, message: messageOf(error) })
  }
}

/** @param {{ id: number } & HostBatch} batch */
async function run({ id, ...batch }) {
  try {
    if (!model) throw new Error('no model is loaded')
    const began = performance.now()
    const { labels, numbers } = await answer(model, batch)
    // Made here, and never backed by shared memory.
    const buffers = /** @type {ArrayBuffer[]} */ (labels ? [numbers.buffer, labels.buffer] : [numbers.buffer])
    send({ kind: 'answers', id, labels, numbers, ms: performance.now() - began }, buffers)
  } catch (error) {
    send({ kind: 'failed', id, message: messageOf(error) })
  }
}

/**
 * @param {NonNullable<typeof model>} model
 * @param {HostBatch} batch
 */
async function answer({ session, indexes }, { rows, columns, parts }) {
  const missing = session.inputNames.filter((name) => columns[name] === undefined)
  if (missing.length > 0) throw new Error(`the model reads ${missing.join(', ')}, which its signature does not name`)
  const labels = indexes && new Int32Array(rows)
  let numbers = new Float32Array(0)
  let from = 0
  for (const count of parts) {
    const feeds = Object.fromEntries(session.inputNames.map((name) => [name, tensorOf(columns[name] ?? [], from, count)]))
    const { label, probabilities, value } = await session.run(feeds)
    const data = (indexes ? probabilities : value)?.data
    if (!(data instanceof Float32Array)) throw new Error(`the model has no output "${indexes ? 'probabilities' : 'value'}" of numbers`)
    const width = data.length / count
    if (from === 0) numbers = new Float32Array(rows * width)
    numbers.set(data, from * width)
    if (labels) for (let i = 0; i < count; i++) labels[from + i] = indexes.get(String(label?.data[i])) ?? -1
    from += count
  }
  return { labels, numbers }
}

/**
 * @param {HostColumn} values
 * @param {number} from
 * @param {number} count
 */
function tensorOf(values, from, count) {
  const shape = [count, 1]
  const isAll = count === values.length
  return values instanceof Float32Array
    ? new ort.Tensor('float32', isAll ? values : values.subarray(from, from + count), shape)
    : new ort.Tensor('string', isAll ? [...values] : values.slice(from, from + count), shape)
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}
