import { expect, it } from 'vitest'
import { nextStepWords, type StepPlan, stepMarks } from './prepare-steps.ts'

// Local times: the page shows the reader's zone.
const at = (hour: number, minute: number, second = 0) => new Date(2026, 10, 26, hour, minute, second)
const plan: StepPlan = {
  steps: [
    { share: 5, minutes: 60, minSamples: 200 },
    { share: 25, minutes: 60, minSamples: 500 },
    { share: 50, minutes: 60, minSamples: 1_000 },
  ],
  step: 1,
  since: at(10, 14),
  answers: 312,
  status: 'running',
  automatic: true,
  changes: [
    { share: 5, at: at(9, 14) },
    { share: 25, at: at(10, 14) },
  ],
}

it('marks past, present and coming steps on the scale, and ends at all traffic', () => {
  expect(stepMarks(plan).map(({ share, state, words }) => [share, state, words])).toEqual([
    [5, 'past', '5 % until 10:14'],
    [25, 'now', '25 % until 11:14 at least, 312 of 500 answers'],
    [50, 'next', '50 %'],
    [100, 'next', '100 %'],
  ])
  const places = stepMarks(plan).map(({ place }) => place)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places.at(-1)).toBe(100)
})

it('does not add a second step of all traffic, and does not guess when a step ended', () => {
  const whole = { ...plan, steps: [...plan.steps, { share: 100, minutes: 60, minSamples: 1 }], step: 2, changes: [] }
  expect(stepMarks(whole).map(({ words }) => words)).toEqual([
    '5 %',
    '25 % until 10:14',
    '50 % until 11:14 at least, 312 of 1,000 answers',
    '100 %',
  ])
})

it('says when the next step comes, or what it waits for', () => {
  expect(nextStepWords(plan, at(10, 30))).toBe('next step 50 % at 11:14 if the limits hold')
  expect(nextStepWords(plan, at(11, 20))).toBe('next step 50 % after 188 more answers if the limits hold')
  expect(nextStepWords({ ...plan, answers: 600 }, at(11, 20))).toBe('next step 50 % if the limits hold')
  expect(nextStepWords({ ...plan, step: 2 }, at(10, 30))).toBe('promoted at 11:14 if the limits hold')
  expect(nextStepWords({ ...plan, automatic: false }, at(10, 30))).toBe('next step 50 % when a person presses the button')
  expect(nextStepWords({ ...plan, status: 'held' }, at(10, 30))).toBe('held at 25 %')
  expect(nextStepWords({ ...plan, status: 'asking' }, at(10, 30))).toBe('waits for a person')
  expect(nextStepWords({ ...plan, step: 3 }, at(10, 30))).toBe('the last step is done')
})

it('writes seconds where steps are shorter than three minutes', () => {
  const short = { ...plan, steps: [{ share: 20, minutes: 0.1, minSamples: 5 }], step: 0, since: at(10, 0, 0) }
  expect(stepMarks(short)[0]?.words).toBe('20 % until 10:00:06 at least, 5 of 5 answers')
})
