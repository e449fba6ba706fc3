import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { specs } from '#stages/specs'
import { describeParams, emptyOf, groupWords, isShown, type ParamField, type ParamShape } from './describe-param.ts'
import { plainIssue } from './plain-issue.ts'

const fields = describeParams(
  z.object({
    share: z.number().gt(0).max(1).default(0.5).meta({ title: 'Share', example: '0.95' }),
    rows: z.int().min(1).max(10).default(2),
    limit: z.number().nullable().default(null),
    mode: z.enum(['a', 'b']).default('b'),
    columns: z.array(z.string()).default([]).meta({ control: 'columns' }),
    rules: z.array(z.object({ name: z.string().default('x'), level: z.enum(['fail', 'warn']).default('warn') })).default([]),
    fill: z.record(z.string(), z.string()).default({}),
    by: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('time'), column: z.string().default('') }),
      z.object({ kind: z.literal('random') }),
    ]),
    isOn: z
      .boolean()
      .default(true)
      .meta({ when: { param: 'mode', is: ['b'] } }),
  }),
)
const byName = new Map(fields.map((field) => [field.name, field]))
const get = (name: string): ParamField => {
  const field = byName.get(name)
  if (!field) throw new Error(name)
  return field
}

describe('a param', () => {
  it.each<[string, Partial<ParamShape>, unknown]>([
    ['share', { kind: 'number', isInteger: false, min: 0, max: 1 }, 0.5],
    ['rows', { kind: 'number', isInteger: true, min: 1, max: 10 }, 2],
    ['mode', { kind: 'choice', values: ['a', 'b'] }, 'b'],
    ['isOn', { kind: 'toggle' }, true],
    ['limit', { kind: 'number' }, null],
    ['by', { kind: 'variants', on: 'kind' }, { kind: 'time', column: '' }],
  ])('%s', (name, shape, initial) => {
    expect(get(name).shape).toMatchObject(shape)
    expect(get(name).initial).toEqual(initial)
  })
  it('a list of groups begins a new item with its defaults', () => {
    const { shape } = get('rules')
    expect(shape.kind === 'list' && emptyOf(shape.item)).toEqual({ name: 'x', level: 'warn' })
  })
  it('is shown when the param that it hangs on says so, default included', () => {
    expect(isShown(get('isOn'), fields, {})).toBe(true)
    expect(isShown(get('isOn'), fields, { mode: 'a' })).toBe(false)
  })
  it('has a label without a title', () => {
    expect(get('isOn').label).toBe('Is on')
    expect(get('limit').isNullable).toBe(true)
  })
})

describe('what is wrong, in words', () => {
  it.each([
    ['share', 1.5, 'At most 1. For example 0.95.'],
    ['share', 0, 'More than 0. For example 0.95.'],
    ['share', 'much', 'A number. For example 0.95.'],
    ['rows', 1.5, 'A whole number.'],
    ['rows', 0, 'At least 1.'],
    ['mode', 'c', 'One of a, b.'],
    ['share', 0.3, null],
    ['share', undefined, null],
  ])('%s = %j: %s', (name, value, sentence) => {
    expect(plainIssue(get(name), value)).toBe(sentence)
  })
})

it('knows a control for every param of every stage', () => {
  const strange = Object.values(specs).flatMap((spec) =>
    describeParams(spec.params).flatMap((field) => others(`${spec.type}.${field.name}`, field.shape)),
  )
  expect(strange).toEqual([])
  function others(name: string, shape: ParamShape): string[] {
    if (shape.kind === 'other') return [name]
    if (shape.kind === 'list' || shape.kind === 'record') return others(`${name}[]`, shape.item)
    if (shape.kind === 'group') return shape.fields.flatMap((field) => others(`${name}.${field.name}`, field.shape))
    return []
  }
})

it('a rule reads as one line of its shown values', () => {
  const rules = describeParams(specs['data-contract'].params)[0]?.shape
  const group = rules?.kind === 'list' && rules.item.kind === 'group' ? rules.item.fields : []
  expect(groupWords(group, { rule: 'set', column: 'label', values: ['ham', 'spam'], level: 'fail', maxShare: 0.3 })).toBe(
    'set label ham, spam fail',
  )
  expect(groupWords(group, { rule: 'rows', min: 1000, max: null })).toBe('rows 1000 fail')
})
