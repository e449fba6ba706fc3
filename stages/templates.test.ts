import { describe, expect, test } from 'vitest'
import { checkGraph, problemLines } from '#core/graph/check'
import { graphSchema } from '#core/graph/graph'
import { instantiateTemplate, templates } from '#core/templates/templates'
import { findSpec } from './specs'

const answers: Record<string, Record<string, string>> = {
  'ticket-triage': { data: '0f5a3a0e-6d3e-4b3e-9a42-0123456789ab', text: 'text', label: 'category' },
}
const separateTest = { ...answers['ticket-triage'], test: '0f5a3a0e-6d3e-4b3e-9a42-0123456789ac@2' }

describe('templates', () => {
  test.each([...templates.map(({ name }) => [name, answers[name] ?? {}] as const), ['ticket-triage', separateTest] as const])(
    '%s %j makes a workflow that could run at once',
    (name, given) => {
      const { graph } = instantiateTemplate(name, given)
      expect(graphSchema.parse(graph)).toEqual(graph)
      const problems = checkGraph(graph, findSpec)
      expect(problemLines(graph, findSpec, problems)).toEqual(
        name === 'blank' ? ['The workflow has no stage yet. Add one from the palette, or start from a template.'] : [],
      )
    },
  )

  test('no two stages lie on each other', () => {
    for (const { name } of templates) {
      const places = instantiateTemplate(name, answers[name]).graph.stages.map(({ position }) => `${position?.x},${position?.y}`)
      expect(new Set(places).size).toBe(places.length)
    }
  })

  test('says which answer is missing or unknown', () => {
    expect(() => instantiateTemplate('ticket-triage', {})).toThrow('The template ticket-triage needs "data"')
    expect(() => instantiateTemplate('email-triage', { data: 'x' })).toThrow('does not ask for "data"; it asks for nothing')
    expect(() => instantiateTemplate('mail')).toThrow('there are email-triage, ticket-triage, blank')
  })

  test('a separate test file is evaluated, and nothing is held back', () => {
    const { graph } = instantiateTemplate('ticket-triage', separateTest)
    expect(graph.stages.find(({ id }) => id === 'test')?.params).toEqual({
      data: { dataSet: '0f5a3a0e-6d3e-4b3e-9a42-0123456789ac', version: 2 },
    })
    expect(graph.stages.some(({ type }) => type === 'split')).toBe(false)
  })
})
