import { expect, it } from 'vitest'
import { graphSchema } from './graph'
import { placeStages } from './layers'

const stage = (id: string, position?: { x: number; y: number }) => ({ id, type: 't', params: {}, ...(position && { position }) })

it('puts stages right of what feeds them, side by side where nothing does', () => {
  const graph = graphSchema.parse({
    stages: [stage('c'), stage('a'), stage('b')],
    edges: [
      { from: 'a.o', to: 'c.x' },
      { from: 'b.o', to: 'c.y' },
    ],
  })
  expect(Object.fromEntries(placeStages(graph))).toEqual({ a: { x: 0, y: 0 }, b: { x: 0, y: 132 }, c: { x: 276, y: 0 } })
})

it('keeps places and puts new stages below them', () => {
  const graph = graphSchema.parse({ stages: [stage('a', { x: 7, y: 40 }), stage('b')], edges: [{ from: 'a.o', to: 'b.x' }] })
  expect(Object.fromEntries(placeStages(graph))).toEqual({ a: { x: 7, y: 40 }, b: { x: 276, y: 172 } })
})
