import type { useReactFlow } from '@xyflow/react'
import { fitAll } from './fit-view.ts'

/** Shows everything when a node is not wholly in view; leaves the view alone when it is. */
export function bringIntoView(id: string, { fitView }: Pick<ReturnType<typeof useReactFlow>, 'fitView'>): void {
  const box = document.querySelector('.canvas .react-flow')?.getBoundingClientRect()
  const node = document.querySelector(`.react-flow__node[data-id="${id}"]`)?.getBoundingClientRect()
  const isInside = box && node && node.left >= box.left && node.right <= box.right && node.top >= box.top && node.bottom <= box.bottom
  if (!isInside) void fitView({ ...fitAll, duration: 200 })
}
