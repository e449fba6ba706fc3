import { describe, expect, it } from 'vitest'
import { emptyArm, joinSteps } from './join-steps'
import type { ArmMeasured } from './measured'

const arm = (requests: number, failures: number): ArmMeasured => ({
  ...emptyArm,
  requests,
  failures,
  latency: [requests],
  classes: { constructor: requests },
  confidence: { n: requests, sum: requests / 2, squares: requests / 4 },
  outcomes: { n: requests, correct: requests - failures },
  business: { revenue: { n: requests, sum: requests * 3, squares: requests * 9 } },
})

describe('joinSteps', () => {
  it('gives both arms the same mix of steps', () => {
    // both fail 0.1 % while the challenger has 5 %, and 5 % while it has half
    const { champion, challenger } = joinSteps([
      { champion: arm(9_500, 9.5), challenger: arm(500, 0.5) },
      { champion: arm(5_000, 250), challenger: arm(5_000, 250) },
    ])
    expect(challenger).toMatchObject({ requests: 5_500, failures: 250.5, latency: [5_500] })
    expect(champion.failures / champion.requests).toBeCloseTo(challenger.failures / challenger.requests, 2)
    expect(champion.requests).toBeLessThan(9_500 + 5_000)
    expect(champion.business.revenue?.sum).toBeCloseTo(3 * champion.requests, 6)
    expect(champion.classes).toEqual({ constructor: champion.requests })
  })

  it('leaves one step as it was counted', () => {
    const step = { champion: arm(900, 3), challenger: arm(100, 1) }
    expect(joinSteps([step])).toEqual(step)
  })

  it('leaves out steps in which only one arm had traffic, unless there are no others', () => {
    const both = { champion: arm(900, 3), challenger: arm(100, 1) }
    const alone = { champion: arm(0, 0), challenger: arm(700, 70) }
    expect(joinSteps([both, alone])).toEqual(both)
    expect(joinSteps([alone]).challenger.failures).toBe(70)
    expect(joinSteps([{ champion: arm(50, 1), challenger: arm(0, 0) }, alone]).champion.requests).toBeGreaterThan(0)
  })

  it('of nothing is nothing', () => {
    expect(joinSteps([])).toEqual({ champion: emptyArm, challenger: emptyArm })
  })
})
