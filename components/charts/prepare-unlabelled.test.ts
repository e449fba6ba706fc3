import { describe, expect, test } from 'vitest'
import type { AnomaliesReport } from '#core/reports/anomalies'
import type { ClustersReport } from '#core/reports/clusters'
import { prepareScores, prepareUnusual, thresholdWords } from './prepare-anomalies.ts'
import { prepareClusters, preparePicture } from './prepare-clusters.ts'

type Trait = ClustersReport['clusters'][number]['typical'][number]
const trait = (feature: string, kind: Trait['kind'], cluster: number, overall: number, deviations: number): Trait => ({
  feature,
  kind,
  cluster,
  overall,
  deviations,
})
const cluster = (name: string, rows: number, typical: Trait[] = []) => ({ name, rows, spread: 1.5, silhouette: 0.4, typical, nearest: [] })
const clusters = [
  cluster('1', 60, [trait('spent', 'number', 904, 370, 1.25), trait('plan = club', 'share', 0, 0.2, -0.5)]),
  cluster('2', 40, [trait('component 1', 'scaled', -2, 0, -2.5)]),
  cluster('3', 0),
]
const picture: ClustersReport['picture'] = {
  shares: [0.7, 0.2],
  points: [
    { row: 4, x: 0, y: 0, cluster: 0 },
    { row: 9, x: 10, y: 5, cluster: 1 },
    { row: 2, x: 5, y: 1, cluster: 0 },
  ],
}

describe('clusters', () => {
  const [first, second, third] = prepareClusters({ clusters, rows: 100 })
  test('each is told by what differs most, in words; those without rows are left out', () => {
    expect(first).toMatchObject({ name: '1', share: '60.0 %', width: 1, summary: 'spent is high; plan = club is rare' })
    expect(first?.traits.map(({ words, deviations }) => [words, deviations])).toEqual([
      ['904 on average, 370 overall', '+1.3'],
      ['in 0 % of its rows, in 20 % overall', '−0.5'],
    ])
    expect(second?.traits[0]).toMatchObject({ words: '-2 on average, 0 overall, as the model reads it', share: 1, isAbove: false })
    expect(third).toBeUndefined()
  })
  test('a cluster like all rows says so', () => {
    expect(prepareClusters({ clusters: [cluster('1', 3)], rows: 3 })[0]?.summary).toMatch(/no feature/)
  })
  test('in the picture the chosen cluster is in colour and before the others', () => {
    const all = preparePicture({ picture, clusters }, null, 400, 300)
    expect(new Set(all.dots.map(({ colour }) => colour)).size).toBe(2)
    const chosen = preparePicture({ picture, clusters }, '2', 400, 300)
    expect(chosen.dots.at(-1)).toMatchObject({ key: '9' })
    expect(chosen.dots.filter(({ colour }) => colour === 'var(--chart-ref)')).toHaveLength(2)
    expect(chosen.xName).toBe('component 1, 70.0 % of the variance')
    for (const { x, y } of all.dots) {
      expect(x).toBeGreaterThan(all.frame.left)
      expect(x).toBeLessThan(all.frame.right)
      expect(y).toBeGreaterThan(all.frame.top)
      expect(y).toBeLessThan(all.frame.bottom)
    }
    expect(preparePicture({ picture: { ...picture, points: [] }, clusters }, null, 400, 300).isEmpty).toBe(true)
  })
})

const unusual: AnomaliesReport['unusual'] = [
  { row: 3, score: 0.8, text: 'a', columns: [{ column: 'amount', value: '9060', usual: '52', score: 0.5 }] },
  { row: 8, score: 0.6, text: 'b', columns: [{ column: 'shop', value: '', usual: 'A', score: 0.55 }] },
  { row: 1, score: 0.4, text: 'c', columns: [] },
]
const scores = { edges: [0.3, 0.5, 0.7, 0.9], counts: [90, 8, 2] }

describe('anomalies', () => {
  test('the threshold stands among the bars, and is not drawn where no row comes near it', () => {
    const { threshold, frame, isEmpty } = prepareScores({ scores, threshold: 0.6 }, 400, 200)
    expect(isEmpty).toBe(false)
    expect(threshold).toBeGreaterThan(frame.left)
    expect(threshold).toBeLessThan(frame.right)
    expect(prepareScores({ scores, threshold: 0.95 }, 400, 200).threshold).toBeNull()
    const flat = { edges: [0.5, 0.5], counts: [7] }
    expect(prepareScores({ scores: flat, threshold: 0.75 }, 400, 200)).toMatchObject({ threshold: null, isEmpty: false })
  })
  test('rows are listed with their reasons in words, those below the threshold too, and by column', () => {
    const rows = prepareUnusual({ unusual, threshold: 0.6 }, null)
    expect(rows.map(({ row, isCalled }) => [row, isCalled])).toEqual([
      [3, true],
      [8, true],
      [1, false],
    ])
    expect(rows[0]?.reasons).toEqual([{ column: 'amount', words: '9060, usually 52; 0.500 with that' }])
    expect(rows[1]?.reasons[0]?.words).toBe('missing, usually A; 0.550 with that')
    const text = { row: 5, score: 0.7, text: 'd', columns: [{ column: 'subject', value: 'FREE!!!', usual: '', score: 0.48 }] }
    expect(prepareUnusual({ unusual: [text], threshold: 0.6 }, null)[0]?.reasons[0]?.words).toBe('FREE!!!; 0.480 without it')
    expect(prepareUnusual({ unusual, threshold: 0.6 }, 'shop').map(({ row }) => row)).toEqual([8])
  })
  test('says what the threshold does', () => {
    const of = { rows: 100, threshold: 0.6, expected: 0.05 }
    expect(thresholdWords({ ...of, called: 4 })).toBe('4 rows score 0.600 or more, 4.0 % of 100; 5.0 % were expected.')
    expect(thresholdWords({ ...of, called: 0 })).toMatch(/^No row scores 0\.600 or more/)
  })
})
