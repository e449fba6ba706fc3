import { describe, expect, it } from 'vitest'
import type { Decision } from './measured'
import { isNewVerdict, lookEveryMs } from './verdict-rows'

const said = (seconds: number, sentence: string, decision: Decision = 'continue', step = 0) => ({
  step,
  verdict: { decision, sentence, signals: [] },
  at: new Date(seconds * 1_000),
})

describe('isNewVerdict', () => {
  const before = said(0, 'It has answered 10 of the 200 requests.')
  const last = said(20, 'It has answered 90 of the 200 requests.')
  it.each([
    ['other figures', said(22, 'It has answered 95 of the 200 requests.'), false],
    ['another second sentence', said(22, 'It has answered 95 of the 200 requests. More.'), false],
    ['another time', said(22, 'It has answered 1,095 of the 2.5 requests.'), false],
    ['other words', said(22, 'It lasts 2 min longer.'), true],
    ['another decision', said(22, 'It has answered 95 of the 200 requests.', 'hold'), true],
    ['another step', said(22, 'It has answered 95 of the 200 requests.', 'continue', 1), true],
  ])('%s', (_, now, isNew) => expect(isNewVerdict({ ...now, ageMs: 22_000 }, last, before)).toBe(isNew))
  it('keeps the first of its kind where it was said', () => {
    expect(isNewVerdict({ ...said(2, 'Same.'), ageMs: 2_000 }, said(1, 'Same.'), null)).toBe(true)
    expect(isNewVerdict({ ...said(2, 'Same.'), ageMs: 2_000 }, said(1, 'Same.'), said(0, 'Other.'))).toBe(true)
  })
  it('keeps one every half a minute, and fewer in a long rollout', () => {
    const late = said(31, 'It has answered 91 of the 200 requests.')
    expect(isNewVerdict({ ...said(33, late.verdict.sentence), ageMs: 33_000 }, late, before)).toBe(true)
    expect(isNewVerdict({ ...said(33, late.verdict.sentence), ageMs: 86_400_000 }, late, before)).toBe(false)
  })
  it('a week of looks leaves a bounded number of rows', () => {
    const kept: ReturnType<typeof said>[] = []
    for (let at = 0; at < 7 * 86_400; at += lookEveryMs(at * 1_000) / 1_000) {
      const now = said(at, `After ${at} s.`)
      const [last, beforeLast] = [kept.at(-1), kept.at(-2)]
      if (last && !isNewVerdict({ ...now, ageMs: at * 1_000 }, last, beforeLast ?? null)) kept[kept.length - 1] = now
      else kept.push(now)
    }
    expect(kept.length).toBeGreaterThan(200)
    expect(kept.length).toBeLessThan(2_000)
  })
})
