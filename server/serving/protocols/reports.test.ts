import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'
import { readOutcome } from './outcomes'

let test: TestGateway
beforeAll(async () => {
  test = await testGateway()
})
afterAll(() => test?.close())

const id = 'p_AAAAAAAAAAAAAAAA'
const report = (what: 'outcomes' | 'edge-predictions', body: unknown, headers: Record<string, string> = {}) =>
  test.call('POST', `/v1/triage/${what}`, { body, headers })

describe('outcomes', () => {
  it('are accepted, one and many', async () => {
    expect((await report('outcomes', { id, truth: 'spam' })).json).toEqual({ accepted: 1 })
    expect(
      (
        await report('outcomes', [
          { id, figures: { revenue: 2.5, minutes: 3 } },
          { id, truth: 'ham', at: '2026-01-31T18:00:00Z' },
        ])
      ).json,
    ).toEqual({
      accepted: 2,
    })
  })
  it('reach the database, the newest of each name', async () => {
    const own = 'p_BBBBBBBBBBBBBBBB'
    await report('outcomes', { id: own, truth: 'ham', at: '2026-01-31T18:00:00Z', figures: { revenue: 4 } })
    await report('outcomes', { id: own, truth: 'spam', at: '2026-01-30T18:00:00Z' })
    const stored = async () =>
      (await test.house.pool.query('select name, label, value from outcomes where prediction_id = $1 order by name', [own])).rows
    await expect.poll(stored, { timeout: 10_000 }).toEqual([
      { name: 'revenue', label: null, value: 4 },
      { name: 'truth', label: 'ham', value: null },
    ])
  }, 20_000)
  it('are a truth and figures, at their time', () => {
    const now = Date.parse('2026-02-01T00:00:00Z')
    expect(readOutcome({ id, truth: 3, figures: { revenue: 1 }, at: now - 1000 }, { now, index: 0, signature: {} })).toEqual([
      { id, at: now - 1000, name: 'truth', label: '3', value: null },
      { id, at: now - 1000, name: 'revenue', label: null, value: 1 },
    ])
    expect(readOutcome({ id, truth: 3 }, { now, index: 0, signature: { task: 'regression' } })).toEqual([
      { id, at: now, name: 'truth', label: null, value: 3 },
    ])
  })
  it.each([
    ['nothing', '', 400, /empty/],
    ['not JSON', '[', 400, /not JSON/],
    ['no record', [], 422, /no outcome/],
    ['a text', ['x'], 422, /Record 1 is a text/],
    ['an id of nobody', [{ id: 'x', truth: 'a' }], 422, /the "id" "x", which is none of a prediction/],
    ['an id with a slash', [{ id: 'p_../../../../x', truth: 'a' }], 422, /none of a prediction/],
    ['no id', [{ truth: 'a' }], 422, /missing/],
    ['neither truth nor figures', [{ id }], 422, /neither a "truth" nor "figures"/],
    ['a misspelt field', [{ id, thruth: 'a' }], 422, /the field "thruth"/],
    ['a hidden prototype', `[{"id":"${id}","__proto__":{"truth":"a"}}]`, 422, /the field "__proto__"/],
    ['a truth that is a list', [{ id, truth: [] }], 422, /an array/],
    ['a figure that is a text', [{ id, figures: { a: '1' } }], 422, /the figure "a", which is a text/],
    ['a figure called truth', [{ id, figures: { truth: 1 } }], 422, /figure called "truth"/],
    ['a time that is none', [{ id, truth: 'a', at: 'soon' }], 422, /no time/],
    ['a time far ahead', [{ id, truth: 'a', at: '2999-01-01' }], 422, /ahead/],
    ['the second of two', [{ id, truth: 'a' }, { id: '' }], 422, /Record 2/],
    ['1,001', new Array(1001).fill({ id, truth: 'a' }), 413, /1,001 are more/],
  ])('are refused: %s', async (_name, body, status, words) => {
    const answer = await report('outcomes', body)
    expect(answer).toMatchObject({ status, json: { error: { message: expect.stringMatching(words) } } })
  })
  it('need a key that may report', async () => {
    const authorization = `Bearer ${await test.makeKey({ actions: ['predict'] })}`
    expect((await report('outcomes', { id, truth: 'spam' }, { authorization })).status).toBe(403)
  })
})

describe('edge predictions', () => {
  const one = { version: 'v1', input: { body: 'spam', hour: 3 }, label: 'spam', confidence: 0.9 }
  it('are logged once, however often they are sent, at the time they were made', async () => {
    const batch = [
      { ...one, id: 'p_edge-0001', at: '2026-01-31T18:00:00Z' },
      { ...one, id: 'p_edge-0002', at: '2026-01-31T18:00:01Z', label: 'ham', confidence: 0.5 },
      // of a version that the release does not name
      { ...one, id: 'p_edge-0003', at: '2026-01-31T18:00:00Z', version: 3 },
    ]
    for (let i = 0; i < 2; i++) {
      expect((await report('edge-predictions', batch)).json).toEqual({ accepted: 3, ids: ['p_edge-0001', 'p_edge-0002', 'p_edge-0003'] })
    }
    const logged = async () =>
      (await test.house.pool.query("select id, label, version_id, at, source from predictions where id like 'p_edge%' order by id")).rows
    await expect.poll(async () => (await logged()).length, { timeout: 10_000 }).toBe(3)
    expect(await logged()).toMatchObject([
      { label: 'spam', version_id: test.versions[0]?.id, at: new Date('2026-01-31T18:00:00Z'), source: 'edge' },
      { label: 'ham', version_id: test.versions[0]?.id, at: new Date('2026-01-31T18:00:01Z'), source: 'edge' },
      { label: 'spam', version_id: test.versions[2]?.id, source: 'edge' },
    ])
  }, 20_000)
  it('get an id where they have none', async () => {
    expect((await report('edge-predictions', one)).json).toEqual({ accepted: 1, ids: [expect.stringMatching(/^p_[\w-]{16}$/)] })
  })
  it.each([
    ['a version of nobody', { ...one, version: 99 }, /There is no version v99 of tiny-/],
    ['no version', { ...one, version: undefined }, /must say the "version"/],
    ['a class of nobody', { ...one, label: 'eggs' }, /"eggs", which is no class/],
    ['no label', { ...one, label: undefined }, /missing, which is no class/],
    ['a confidence past 1', { ...one, confidence: 1.5 }, /"confidence" from 0 to 1/],
    ['an input that does not fit', { ...one, input: { body: 'x' } }, /Record 1 lacks the field "hour"/],
    ['an unknown field', { ...one, colour: 'red' }, /the field "colour"/],
    ['an id of nobody', { ...one, id: 'edge' }, /the "id" "edge"/],
  ])('are refused: %s', async (_name, body, words) => {
    const answer = await report('edge-predictions', body)
    expect(answer).toMatchObject({ status: 422, json: { error: { message: expect.stringMatching(words) } } })
  })
})
