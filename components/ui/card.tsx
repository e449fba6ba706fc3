import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { ScrollX } from './scroll-x'

/** A bordered panel with a head: title, a lighter second line, and something at the end. */
export function Card({
  title,
  note,
  end,
  lined,
  className,
  bodyClassName,
  scrolls,
  wraps,
  children,
}: {
  title?: ReactNode
  note?: ReactNode
  end?: ReactNode
  lined?: boolean
  className?: string
  bodyClassName?: string
  /** The name of a wide table that is all of the body: it scrolls sideways inside the card, by keyboard as well. */
  scrolls?: string
  /** The title or the note is a sentence or holds names of people's own: it goes on in the next line where there is no room. */
  wraps?: boolean
  children: ReactNode
}) {
  return (
    <section className={cx('card', lined && 'lined', wraps && 'wraps', className)}>
      {title ? (
        <header>
          <h2>{title}</h2>
          {note ? <span className="sm t3 trunc">{note}</span> : null}
          {end ? <span className="push row">{end}</span> : null}
        </header>
      ) : null}
      {scrolls ? (
        <div className="body p-0">
          <ScrollX label={scrolls}>{children}</ScrollX>
        </div>
      ) : (
        <div className={cx('body', !title && 'pt-3', bodyClassName)}>{children}</div>
      )}
    </section>
  )
}
