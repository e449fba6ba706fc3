import { describe, expect, test } from 'vitest'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { compareWithOnnx, fitOn, type RuntimeName, textColumn, textStep } from '#ml/onnx/testing'
import { wordRanges } from './word-characters'

/** Every character of the first two planes (above them nothing has case), each between letters, so that a lost or split word shows. */
const everyCharacter = Array.from({ length: 0x20000 }, (_, i) => i)
  .filter((c) => c > 0 && !(c >= 0xd800 && c < 0xe000))
  .map((c) => String.fromCodePoint(c))
const sentences = Array.from({ length: Math.ceil(everyCharacter.length / 400) }, (_, i) =>
  everyCharacter
    .slice(i * 400, (i + 1) * 400)
    .map((c) => `a${c}b`)
    .join(' '),
)

describe.each([
  { name: 'words', step: textStep({ words: { min: 1, max: 1 }, maxTerms: 1e6 }) },
  { name: 'characters', step: textStep({ words: null, chars: { min: 1, max: 2 }, maxTerms: 1e6 }) },
])('every character of Unicode, $name', ({ step }) => {
  const columns = { text: textColumn(sentences) }
  const fitted = fitOn({
    columns,
    target: sentences.map((_, i) => ['x', 'y', 'z'][i % 3] ?? ''),
    plan: { prepare: [], features: [step] },
    estimator: { kind: 'naive-bayes', variant: 'multinomial', alpha: 0.001 },
    calibration: 'none',
  })
  // naive Bayes at a tiny alpha gives each term a weight of its own, so one term read otherwise moves the answer
  test.each<RuntimeName>(['native', 'web'])('is read alike in %s', async (runtime) => {
    const pipeline = await fitted
    const result = await compareWithOnnx(exportPipeline(pipeline), pipeline, columns, runtime)
    expect(result).toEqual({ difference: expect.closeTo(0, 4), labels: 0 })
  })
})

test('the ranges ascend and do not touch', () => {
  for (let i = 1; i < wordRanges.length; i++) expect(wordRanges[i]?.[0]).toBeGreaterThan((wordRanges[i - 1]?.[1] ?? 0) + 1)
})
