import { edgeManifestSchema } from '#core/edge/manifest'
import type { PredictRow, SignatureInput } from '#core/model/signature'
import { type EdgeAnswer, type EdgeModel, openEdgeModel } from './edge-model.ts'
import { type EdgeReports, openEdgeReports } from './edge-reports.ts'

/** The page of an edge bundle: a form made from the signature, answers made here. Works offline once it was loaded. */

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no element ${id}`)
  return element
}
const say = (text: string) => {
  byId('status').textContent = text
}

try {
  await start()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}

async function start(): Promise<void> {
  const offline = goOffline()
  const manifest = edgeManifestSchema.parse(await (await fetch('./deployment.json')).json())
  byId('title').textContent = manifest.deployment
  document.title = `${manifest.deployment}, ${manifest.version}`
  byId('about').textContent =
    `${manifest.model} ${manifest.version}. Answers are made in this page; no record leaves it unless you report it.`
  say('Loading the model …')
  const model = await openEdgeModel({ model: './model.onnx', runtime: './ort/' })
  const form = byId('form')
  const fields = model.signature.inputs.map((input) => addField(form, input))
  const button = document.createElement('button')
  button.type = 'submit'
  button.textContent = 'Predict'
  form.append(button)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void predict(model, Object.fromEntries(fields.map((read) => read())))
  })
  const reports = addReports(manifest)
  say(`Ready. ${await offline}`)

  async function predict(loaded: EdgeModel, record: PredictRow): Promise<void> {
    try {
      const began = performance.now()
      const [answer] = await loaded.predict([record])
      if (!answer) return
      show(answer, performance.now() - began)
      reports()?.add([record], [answer])
      say(`Ready. ${await offline}`)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Keeps the bundle's files in the browser, where that is allowed: on https and on this machine. */
async function goOffline(): Promise<string> {
  if (!('serviceWorker' in navigator)) return 'This browser or address cannot keep the page for offline use.'
  try {
    await navigator.serviceWorker.register('./service-worker.js')
    await navigator.serviceWorker.ready
    return 'The page works offline from now on.'
  } catch {
    return 'This browser does not keep the page for offline use.'
  }
}

function addField(form: HTMLElement, input: SignatureInput): () => [string, PredictRow[string]] {
  const label = document.createElement('label')
  const name = document.createElement('span')
  name.textContent = input.name
  const isLong = input.type === 'text' && input.format !== 'moment'
  const field = document.createElement(isLong ? 'textarea' : 'input')
  field.name = input.name
  if (field instanceof HTMLInputElement && input.type === 'number') {
    field.type = 'number'
    field.step = 'any'
  }
  field.value = String(input.example)
  label.append(name, field)
  form.append(label)
  return () => {
    if (field.value === '') return [input.name, null]
    return [input.name, input.type === 'number' ? Number(field.value) : field.value]
  }
}

function show(answer: EdgeAnswer, ms: number): void {
  const box = byId('answer')
  box.replaceChildren()
  const head = document.createElement('p')
  head.className = 'head'
  head.textContent =
    'value' in answer
      ? `${answer.value.toPrecision(6)}, ${Math.round(answer.interval.share * 100)} % of right answers within ${answer.interval.low.toPrecision(5)} and ${answer.interval.high.toPrecision(5)}`
      : `${answer.label}, confidence ${(answer.confidence * 100).toFixed(1)} %`
  box.append(head)
  if ('probabilities' in answer) {
    const top = Object.entries(answer.probabilities)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 8)
    for (const [name, share] of top) {
      const row = document.createElement('div')
      row.className = 'row'
      const bar = document.createElement('meter')
      bar.value = share
      const words = document.createElement('span')
      words.textContent = `${name} ${(share * 100).toFixed(1)} %`
      row.append(words, bar)
      box.append(row)
    }
  }
  const time = document.createElement('p')
  time.className = 'small'
  time.textContent = `${ms.toFixed(1)} ms in this browser`
  box.append(time)
}

/** The part of the page that reports predictions; gives null as long as nobody asked for it. */
function addReports({ deployment, version, gateway }: { deployment: string; version: string; gateway: string }): () => EdgeReports | null {
  const key = byId('key')
  if (!(key instanceof HTMLInputElement)) throw new Error('the field for the key is no field')
  const open = () => openEdgeReports({ gateway, deployment, version, key: key.value.trim(), store: localStorage })
  const tell = () => {
    byId('waiting').textContent = `${open().waiting()} wait to be reported to ${gateway}.`
  }
  byId('report').addEventListener('submit', (event) => {
    event.preventDefault()
    void open()
      .flush()
      .then(({ sent, problem }) => {
        tell()
        byId('reported').textContent = problem ?? `${sent} reported.`
      })
  })
  const keep = byId('keep')
  tell()
  return () => {
    if (!(keep instanceof HTMLInputElement) || !keep.checked) return null
    queueMicrotask(tell)
    return open()
  }
}
