/**
 * The canvas with 50, 200 and 800 stages in headless Chromium (software rendering): time until it can be used, frame
 * times while panning and dragging, elements, heap. It starts the built app on a
 * fresh data folder; STAGELINE_BENCH_URL (with _EMAIL and _PASSWORD of an analyst) measures a running one instead.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { type Browser, chromium, type Page } from '@playwright/test'
import type { Graph } from '#core/graph/graph'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { ensureBrowser } from '../.ci/find-browser.mjs'
import { callApi, signIn } from '../e2e/support/api'
import type { BenchResult } from './bench'

const bars = { interactiveMs: 3_000, frameMs: 20, elements: 15_000, heapMb: 250 }
const person = {
  name: 'Bench',
  email: process.env.STAGELINE_BENCH_EMAIL ?? 'bench@example.org',
  password: process.env.STAGELINE_BENCH_PASSWORD ?? 'a password of some length',
}

type Frames = { frames: number; medianMs: number; p95Ms: number }
type Result = { stages: number; interactiveMs: number; elements: number; heapMb: number; pan: Frames; panAll: Frames; drag: Frames }

/** Parallel lines of stages, as wide as a screen is. */
function lineGraph(stages: number): Graph {
  const length = Math.ceil(Math.sqrt(stages * 1.5))
  return {
    stages: Array.from({ length: stages }, (_, i) => ({
      id: `s${i}`,
      type: i % length === 0 ? 'sample-data' : 'dedupe',
      params: {},
      position: { x: (i % length) * 276, y: Math.floor(i / length) * 132 },
    })),
    edges: Array.from({ length: stages }, (_, i) => i)
      .filter((i) => i % length !== 0)
      .map((i) => ({ from: `s${i - 1}.table`, to: `s${i}.table` })),
    notes: [],
    seed: 42,
  }
}

async function measure(page: Page, base: string, stages: number): Promise<Result> {
  const { id } = await callApi<{ id: string }>(page.context().request, 'mutation', 'workflows.create', { name: `Bench ${stages}` })
  await callApi(page.context().request, 'mutation', 'workflows.save', { id, baseNumber: 1, graph: lineGraph(stages) })
  const openings: number[] = []
  for (let i = 0; i < 3; i++) openings.push(await openWorkflow(page, `${base}/workflows`, id, stages))
  const interactiveMs = openings.toSorted((a, b) => a - b)[1] ?? 0
  await page.waitForTimeout(1_500)
  const { elements, heapMb } = await page.evaluate(() => ({
    elements: document.querySelectorAll('*').length,
    // Chromium alone tells its memory, so the types of the DOM do not know it.
    heapMb: Math.round(((performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0) / 1e6),
  }))
  const panAll = await framesWhile(page, () => panCanvas(page))
  for (let i = 0; i < 20 && (await zoomPercent(page)) < 100; i++) {
    await page.getByRole('button', { name: /^Zoom in/ }).click()
    await page.waitForTimeout(180)
  }
  const pan = await framesWhile(page, () => panCanvas(page))
  const drag = await framesWhile(page, () => dragNode(page))
  return { stages, interactiveMs, elements, heapMb, pan, panAll, drag }
}

/** From the address to a canvas that can be used: a press on a node selects it, and the next frame shows it. */
async function openWorkflow(page: Page, workflows: string, id: string, stages: number): Promise<number> {
  await page.goto(workflows)
  await page.waitForSelector('a.wf')
  const began = Date.now()
  await page.goto(`${workflows}/${id}`)
  await page.waitForSelector('.react-flow__node')
  // A press before the view has found its place misses: press until it is taken.
  const middle = `.react-flow__node[data-id="s${Math.floor(stages / 2)}"] header`
  while ((await page.locator('.react-flow__node.selected').count()) === 0) {
    const box = await page.locator(middle).boundingBox()
    if (box) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await page.waitForTimeout(20)
  }
  return Date.now() - began
}

async function zoomPercent(page: Page): Promise<number> {
  return Number.parseInt((await page.locator('.zoom .percent').textContent()) ?? '', 10)
}

/** Presses on a spot of the pane where nothing lies and moves to and fro. */
async function panCanvas(page: Page): Promise<void> {
  const free = await page.evaluate(() => {
    const box = document.querySelector('.react-flow')?.getBoundingClientRect() ?? new DOMRect()
    for (let y = box.top + 70; y < box.bottom - 130; y += 7) {
      for (let x = box.left + 60; x < box.right - 200; x += 7) {
        if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return { x, y }
      }
    }
    return { x: box.left + 40, y: box.top + 100 }
  })
  await page.mouse.move(free.x, free.y)
  await page.mouse.down()
  for (let i = 0; i < 60; i++) await page.mouse.move(free.x + 120 * Math.sin(i / 5), free.y + 60 * Math.sin(i / 7))
  await page.mouse.up()
}

async function dragNode(page: Page): Promise<void> {
  const boxes = await page
    .locator('.react-flow__node')
    .evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().toJSON() as DOMRect))
  const canvas = await page.locator('.react-flow').boundingBox()
  const inside = boxes.find(
    (box) =>
      canvas &&
      box.x > canvas.x + 60 &&
      box.right < canvas.x + canvas.width - 200 &&
      box.y > canvas.y + 60 &&
      box.bottom < canvas.y + canvas.height - 140,
  )
  if (!inside) return
  const [x, y] = [inside.x + inside.width / 2, inside.y + 20]
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let i = 0; i < 60; i++) await page.mouse.move(x + 80 * Math.sin(i / 5), y + 40 * Math.sin(i / 7))
  await page.mouse.up()
}

// A script as text: what tsx adds to compiled functions does not exist in the page.
const countFrames = `{
  const times = (window.frameTimes = [])
  window.isCounting = true
  requestAnimationFrame(function tick(at) { times.push(at); if (window.isCounting) requestAnimationFrame(tick) })
}`

async function framesWhile(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(countFrames)
  await act()
  const times = await page.evaluate<number[]>('window.isCounting = false; window.frameTimes')
  const gaps = times
    .slice(1)
    .map((at, i) => at - (times[i] ?? at))
    .sort((a, b) => a - b)
  const at = (share: number) => Math.round((gaps[Math.floor(gaps.length * share)] ?? 0) * 10) / 10
  return { frames: gaps.length, medianMs: at(0.5), p95Ms: at(0.95) }
}

async function startApp(): Promise<{ base: string; stop(): Promise<void> }> {
  const running = process.env.STAGELINE_BENCH_URL
  if (running) return { base: running, stop: async () => undefined }
  const home = makeTemporaryHome('stageline-bench-')
  const base = 'http://127.0.0.1:4552'
  const child: ChildProcess = spawn(process.execPath, ['server/start.mjs'], {
    env: {
      ...process.env,
      DATABASE_URL: '',
      STAGELINE_HOME: home,
      STAGELINE_PORT: '4552',
      STAGELINE_GATEWAY_PORT: '4553',
      STAGELINE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (let i = 0; i < 600; i++) {
    const up = await fetch(`${base}/api/health`)
      .then((answer) => answer.ok)
      .catch(() => false)
    if (up) break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return {
    base,
    async stop() {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await closed
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Builds lines of 50, 200 and 800 stages and drives them as a person would. */
export async function run(): Promise<BenchResult> {
  const app = await startApp()
  let browser: Browser | undefined
  try {
    const executablePath = await ensureBrowser()
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync', '--enable-precise-memory-info'],
    })
    const context = await browser.newContext({ baseURL: app.base, viewport: { width: 1440, height: 900 } })
    const { first } = await callApi<{ first: boolean }>(context.request, 'query', 'people.me')
    if (first) await callApi(context.request, 'mutation', 'people.createOwner', person)
    await signIn(context.request, person)
    const page = await context.newPage()
    const results: Result[] = []
    for (const stages of [50, 200, 800]) results.push(await measure(page, app.base, stages))
    return report(results)
  } finally {
    await browser?.close()
    await app.stop()
  }
}

function report(results: Result[]): BenchResult {
  const figures = results.flatMap(({ stages, interactiveMs, elements, heapMb, pan, panAll, drag }) => [
    { name: `${stages} stages: can be used after`, value: interactiveMs, unit: 'ms', bar: `${bars.interactiveMs} ms` },
    { name: `${stages} stages: pan, median frame`, value: pan.medianMs, unit: 'ms', bar: `${bars.frameMs} ms` },
    { name: `${stages} stages: pan with all in view, median frame`, value: panAll.medianMs, unit: 'ms' },
    { name: `${stages} stages: drag, median frame`, value: drag.medianMs, unit: 'ms', bar: `${bars.frameMs} ms` },
    { name: `${stages} stages: elements`, value: elements, unit: '', bar: String(bars.elements) },
    { name: `${stages} stages: heap`, value: heapMb, unit: 'MB', bar: `${bars.heapMb} MB` },
  ])
  const missed = results.flatMap(({ stages, interactiveMs, elements, heapMb, pan, drag }) => [
    ...(interactiveMs > bars.interactiveMs ? [`${stages} stages can be used after ${interactiveMs} ms`] : []),
    ...(Math.max(pan.medianMs, drag.medianMs) > bars.frameMs
      ? [`${stages} stages pan or drag slower than a frame in ${bars.frameMs} ms`]
      : []),
    ...(elements > bars.elements || heapMb > bars.heapMb ? [`${stages} stages need ${elements} elements, ${heapMb} MB`] : []),
  ])
  return {
    what: 'The builder with lines of 50, 200 and 800 stages in headless Chromium with software rendering, 1440 x 900.',
    figures,
    missed,
  }
}
