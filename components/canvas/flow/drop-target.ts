/** What lies under a point of the window: the edge (by the input it leads into). */
export function edgeAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest<HTMLElement>('.react-flow__edge')?.dataset.id
    if (id !== undefined) return id.slice(id.indexOf(' ') + 1)
  }
  return null
}

/** The stage whose node lies under a point of the window. */
export function stageAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest<HTMLElement>('.react-flow__node-stage')?.dataset.id
    if (id !== undefined) return id
  }
  return null
}
