import { describe, expect, it } from 'vitest'
import type { EdgeAnswer } from './edge-model.ts'
import { openEdgeReports, type ReportStore } from './edge-reports.ts'

const answer = (id: string): EdgeAnswer => ({ id, label: 'spam', confidence: 0.9, probabilities: { spam: 0.9, ham: 0.1 } })

function open({ statuses = [200], store = memory() }: { statuses?: (number | 'down')[]; store?: ReportStore } = {}) {
  const sent: { url: string; ids: string[] }[] = []
  const reports = openEdgeReports({
    gateway: 'http://gateway',
    deployment: 'triage',
    version: 'v3',
    key: 'sl_key',
    store,
    now: () => new Date('2026-01-31T18:00:00Z'),
    send: async (url, init) => {
      const status = statuses.shift() ?? 200
      if (status === 'down') throw new TypeError('Failed to fetch')
      const body = JSON.parse(String(init?.body)) as { id: string }[] // what the reports are made of
      sent.push({ url: String(url), ids: body.map(({ id }) => id) })
      return Response.json(status === 200 ? { accepted: body.length } : { error: { code: 'bad', message: 'It does not fit.' } }, { status })
    },
  })
  return { reports, sent, store }
}

function memory(): ReportStore {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

describe('edge reports', () => {
  it('wait, and are sent in batches with what was asked', async () => {
    const { reports, sent, store } = open()
    for (let i = 0; i < 250; i++) reports.add([{ body: `mail ${i}` }], [answer(`p_${i}`)])
    expect(JSON.parse(store.getItem('stageline-edge-triage') ?? '')[0]).toEqual({
      id: 'p_0',
      at: '2026-01-31T18:00:00.000Z',
      version: 'v3',
      input: { body: 'mail 0' },
      label: 'spam',
      confidence: 0.9,
    })
    expect(await reports.flush()).toEqual({ sent: 250, problem: null })
    expect(sent.map(({ url, ids }) => [url, ids.length])).toEqual([
      ['http://gateway/v1/triage/edge-predictions', 200],
      ['http://gateway/v1/triage/edge-predictions', 50],
    ])
    expect(reports.waiting()).toBe(0)
  })
  it.each([['down'], [503], [429], [401]] as const)('go on waiting when the gateway is %s', async (status) => {
    const { reports, sent } = open({ statuses: [status] })
    reports.add([{ body: 'a' }], [answer('p_1')])
    expect(await reports.flush()).toMatchObject({ sent: 0, problem: expect.stringMatching(/\.$/) })
    expect(reports.waiting()).toBe(1)
    expect((await reports.flush()).sent).toBe(1)
    expect(sent.at(-1)?.ids).toEqual(['p_1'])
  })
  it('are given up when they can never be right', async () => {
    const { reports } = open({ statuses: [422] })
    reports.add([{ body: 'a' }], [answer('p_1')])
    expect(await reports.flush()).toEqual({ sent: 0, problem: 'It does not fit.' })
    expect(reports.waiting()).toBe(0)
  })
  it('are sent once when two flushes run at a time, and keep what comes meanwhile', async () => {
    const { reports, sent } = open()
    reports.add([{ body: 'a' }], [answer('p_1')])
    const both = Promise.all([reports.flush(), reports.flush()])
    reports.add([{ body: 'b' }], [answer('p_2')])
    await both
    await reports.flush()
    expect(sent.flatMap(({ ids }) => ids)).toEqual(['p_1', 'p_2'])
  })
  it('are bounded, the oldest go', () => {
    const { reports } = open()
    const many = Array.from({ length: 5_100 }, (_, i) => answer(`p_${i}`))
    reports.add([], many)
    expect(reports.waiting()).toBe(5_000)
  })
  it('begin anew when the store was spoilt', () => {
    const store = memory()
    store.setItem('stageline-edge-triage', '{"not')
    const { reports } = open({ store })
    expect(reports.waiting()).toBe(0)
    reports.add([{}], [answer('p_1')])
    expect(reports.waiting()).toBe(1)
  })
})
