import { describe, expect, it } from 'vitest'
import { defaultCanary, strategySchema, tolerancesSchema } from '#core/releases/strategy'
import { readJudge, readStrategy, strategyDraft, toleranceFields, withKind, withStep } from './strategy-draft.ts'
import { planSentence, stepsSentence, strategyChoices } from './strategy-words.ts'

const kinds = strategySchema.options.map((option) => option.shape.kind.value)

it('knows every strategy and every tolerance', () => {
  expect(strategyChoices.map(({ kind }) => kind).sort()).toEqual([...kinds, 'by-hand'].sort())
  expect(toleranceFields.map(({ name }) => name).sort()).toEqual(Object.keys(tolerancesSchema.parse({})).sort())
})

describe('a draft', () => {
  it('of a canary says what the default says', () => {
    expect(readStrategy(strategyDraft('canary'))).toEqual({ strategy: defaultCanary, share: null, errors: null })
  })

  it.each(kinds)('of %s is a strategy as it stands', (kind) => {
    expect(readStrategy(strategyDraft(kind)).strategy).toMatchObject({ kind })
  })

  it('says by field what is wrong, as it is typed', () => {
    const draft = strategyDraft('canary')
    draft.steps = [
      { id: 0, share: '5', minutes: '', minSamples: '1.5' },
      { id: 1, share: '5', minutes: '0,5', minSamples: '10' },
      { id: 2, share: '120', minutes: '10', minSamples: 'many' },
    ]
    draft.judge.tolerances.mix = '2'
    draft.judge.falseAlarms = '90'
    draft.judge.business = [{ id: 0, figure: ' ', better: 'higher' }]
    expect(readStrategy(draft)).toEqual({
      strategy: null,
      share: null,
      errors: {
        'steps.0.minutes': 'Minutes from 0.05 to 10,080.',
        'steps.0.minSamples': 'A whole number of answers, 1 or more.',
        'steps.1.share': 'Above the 5 % of the step before.',
        'steps.2.share': 'A whole percent from 1 to 100.',
        'steps.2.minSamples': 'A whole number of answers, 1 or more.',
        'judge.tolerances.mix': 'Not below 0, and not above all of it.',
        'judge.falseAlarms': 'A percent from 0.01 to 50.',
        'judge.business.0.figure': 'Name each figure, five at most.',
      },
    })
    expect(readJudge(draft.judge)).toBeNull()
    expect(readJudge(strategyDraft('canary').judge)).toEqual(defaultCanary.judge)
    expect(readStrategy({ ...draft, steps: [], judge: strategyDraft('canary').judge }).errors).toEqual({ steps: 'One to ten steps.' })
  })

  it('refuses a canary that begins with all traffic', () => {
    const draft = strategyDraft('canary')
    const steps = [{ id: 0, share: '100', minutes: '1', minSamples: '1' }]
    expect(readStrategy({ ...draft, steps }).errors).toEqual({ 'steps.0.share': 'Below 100 %: all at once is a strategy of its own.' })
  })

  it('refuses an A/B test of all traffic and a bandit of more than all', () => {
    expect(readStrategy({ ...strategyDraft('ab'), share: '100' }).errors).toHaveProperty('share')
    expect(readStrategy({ ...strategyDraft('bandit'), epsilon: '101' }).errors).toHaveProperty('epsilon')
    expect(readStrategy({ ...strategyDraft('bandit'), reward: ' revenue ' }).strategy).toMatchObject({
      assignment: { reward: { figure: 'revenue' } },
    })
  })

  it('by hand is a share between the two versions, and no strategy', () => {
    expect(readStrategy(strategyDraft('by-hand'))).toEqual({ strategy: null, share: 10, errors: null })
    expect(readStrategy({ ...strategyDraft('by-hand'), share: '100' }).errors).toHaveProperty('share')
  })

  it('keeps its steps when the strategy changes, and gives the share its new default', () => {
    const draft = { ...strategyDraft('canary'), steps: withStep(strategyDraft('canary').steps) }
    expect(draft.steps.at(-1)).toEqual({ id: 3, share: '99', minutes: '10', minSamples: '1000' })
    expect(withKind(draft, 'shadow')).toMatchObject({ share: '100', steps: draft.steps })
    expect(withStep([])).toEqual([{ id: 0, share: '10', minutes: '10', minSamples: '500' }])
  })
})

it('says the plan in one sentence', () => {
  expect(stepsSentence(defaultCanary.steps)).toBe('5, 25, 50, then 100 %, at least 10 min each, and 200 to 1,000 answers in all')
  expect(stepsSentence([{ share: 100, minutes: 0.5, minSamples: 50 }])).toBe('100 %, at least 0.5 min each, and 50 answers in all')
  expect(planSentence(defaultCanary, 7, 8)).toMatch(/^v8 takes 5, 25, 50, then 100 %.*; it steps, is promoted and rolled back by itself\.$/)
  for (const kind of kinds) {
    const { strategy } = readStrategy(strategyDraft(kind))
    expect(strategy && planSentence(strategy, 1, 2)).toMatch(/v2.*\.$/)
  }
})
