import { describe, expect, it } from 'vitest'
import { toDeploymentName } from './deployment-name'
import { releaseDifference, type VersionFacts } from './difference'

const recipeOfFacts: NonNullable<VersionFacts['recipe']> = {
  estimator: { kind: 'logistic-regression', c: 1, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 50 },
  plan: { prepare: [], features: [] },
  target: 'label',
  table: 'a'.repeat(64),
  seed: 1,
  calibration: 'temperature',
}
const facts = (change: Partial<VersionFacts> = {}): VersionFacts => ({
  number: 1,
  signature: { inputs: [{ name: 'body', type: 'text', example: 'hello' }], target: 'label' },
  classes: ['ham', 'spam'],
  metrics: [
    { name: 'accuracy', value: 0.97, better: 'higher' },
    { name: 'log loss', value: 0.1, better: 'lower' },
    { name: 'rows', value: 100 },
  ],
  recipe: recipeOfFacts,
  dataSets: [{ name: 'mail', version: 1, artifact: 'a' }],
  trainedRows: 4000,
  ...change,
})

describe('releaseDifference', () => {
  it('finds nothing between equals, and the traffic may be split', () => {
    const same = releaseDifference(facts(), facts({ number: 2 }))
    expect(same).toMatchObject({ params: [], data: [], signature: [], canSplit: true })
    expect(same.checks.every((check) => check.passes)).toBe(true)
    expect(same.metrics.map((metric) => metric.verdict)).toEqual(['same', 'same', null])
  })
  it('judges each metric by its direction', () => {
    const metrics = [
      { name: 'accuracy', value: 0.98, better: 'higher' as const },
      { name: 'log loss', value: 0.2, better: 'lower' as const },
    ]
    const difference = releaseDifference(facts(), facts({ number: 2, metrics }))
    expect(difference.metrics.map((metric) => [metric.name, metric.verdict])).toEqual([
      ['accuracy', 'better'],
      ['log loss', 'worse'],
      ['rows', null],
    ])
    expect(difference.checks.at(-1)).toEqual({ passes: false, sentence: "log loss is worse than on v1's report." })
  })
  it('names params by dotted names, data by version', () => {
    const recipe = {
      ...recipeOfFacts,
      estimator: { kind: 'logistic-regression' as const, c: 4, penalty: 'l2' as const, l1Share: 0.5, balanced: false, maxEpochs: 50 },
    }
    const difference = releaseDifference(facts(), facts({ recipe, dataSets: [{ name: 'mail', version: 2, artifact: 'b' }] }))
    expect(difference.params).toEqual([{ name: 'estimator.c', live: '1', candidate: '4' }])
    expect(difference.data).toEqual([{ name: 'mail', live: 'version 1', candidate: 'version 2' }])
  })
  it('holds an imported model against a trained one, and says where it came from', () => {
    const origin = {
      kind: 'imported' as const,
      file: 'f'.repeat(64),
      name: 'churn.onnx',
      producer: 'skl2onnx 1.16.0',
      opset: 17,
      columns: ['body'],
      output: '',
      answer: { form: 'probabilities' as const, width: 2 },
    }
    const difference = releaseDifference(facts(), facts({ number: 2, recipe: null, origin, dataSets: [] }))
    expect(difference.params).toContainEqual({ name: 'imported from', live: null, candidate: 'churn.onnx' })
    expect(difference.params).toContainEqual({ name: 'estimator.c', live: '1', candidate: null })
    expect(difference.data).toContainEqual({ name: 'model file', live: null, candidate: 'f'.repeat(12) })
    expect(difference.canSplit).toBe(true)
  })
  it('sees other fields and lost classes', () => {
    const signature = {
      inputs: [
        { name: 'body', type: 'category' as const, example: 'x' },
        { name: 'sender', type: 'text' as const, example: 'x' },
      ],
      target: 'label',
    }
    const difference = releaseDifference(facts(), facts({ number: 2, signature, classes: ['ham'] }))
    expect(difference.canSplit).toBe(false)
    expect(difference.signature).toEqual([
      { name: 'body', live: 'text', candidate: 'category' },
      { name: 'sender', live: null, candidate: 'text' },
    ])
    expect(difference.checks.filter((check) => !check.passes).map((check) => check.sentence)).toEqual([
      'v2 reads other fields than v1 (body, sender), so callers must change with it.',
      'v2 no longer answers spam.',
    ])
  })
  it('weighs an error by its own size, and says when a number comes where a class was', () => {
    const errors = (mae: number, r2: number) => [
      { name: 'MAE', value: mae, better: 'lower' as const },
      { name: 'R2', value: r2, better: 'higher' as const },
    ]
    const verdicts = (before: number, after: number) =>
      releaseDifference(facts({ metrics: errors(before, 0.9) }), facts({ metrics: errors(after, 0.90001) })).metrics.map(
        (one) => one.verdict,
      )
    expect(verdicts(2e-9, 3e-9)).toEqual(['worse', 'same'])
    expect(verdicts(50_000, 50_001)).toEqual(['same', 'same'])
    const numbers = facts({ number: 2, classes: [], signature: { ...facts().signature, task: 'regression' } })
    const difference = releaseDifference(facts(), numbers)
    expect(difference.canSplit).toBe(false)
    expect(difference.checks.at(-1)?.sentence).toBe('v2 answers a number where v1 answers a class, so callers must change with it.')
  })
  it('has no live side on a first release', () => {
    expect(releaseDifference(null, facts({ metrics: [] })).checks).toEqual([
      { passes: false, sentence: 'v1 was registered without an evaluation report, so nothing says how good it is.' },
    ])
  })
})

it.each([
  ['E-mail triage', 'e-mail-triage'],
  ['  7 Größen!  ', 'gro-en'],
  ['2024', 'deployment'],
  ['x'.repeat(80), 'x'.repeat(60)],
])('names a deployment after %s', (text, name) => {
  expect(toDeploymentName(text)).toBe(name)
})
