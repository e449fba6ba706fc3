/** Everything in view, clear of what floats above the canvas. */
export const fitAll = { padding: { top: '56px', right: '32px', bottom: '56px', left: '32px' }, maxZoom: 1 } as const
