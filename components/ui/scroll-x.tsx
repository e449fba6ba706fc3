import type { CSSProperties, ReactNode } from 'react'

/** A wide thing that scrolls sideways in its own box, by keyboard as well: the box takes the focus and has a name. */
export function ScrollX({ label, style, children }: { label: string; style?: CSSProperties; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus, or the keyboard cannot scroll it
    <section className="scroll-x" aria-label={label} tabIndex={0} style={style}>
      {children}
    </section>
  )
}
