import { expect, it } from 'vitest'
import { specs } from '#stages/specs'
import { stageIcons } from './stage-icons'

it('every stage type has its icon', () => {
  expect(
    Object.values(specs)
      .filter((spec) => !Object.hasOwn(stageIcons, spec.icon))
      .map((spec) => `${spec.type}: ${spec.icon}`),
  ).toEqual([])
})
