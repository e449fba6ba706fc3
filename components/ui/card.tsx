import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** A bordered panel with a head: title, a lighter second line, and something at the end. */
export function Card({
  title,
  note,
  end,
  lined,
  className,
  bodyClassName,
  children,
}: {
  title?: ReactNode
  note?: ReactNode
  end?: ReactNode
  lined?: boolean
  className?: string
  bodyClassName?: string
  children: ReactNode
}) {
  return (
    <section className={cx('card', lined && 'lined', className)}>
      {title ? (
        <header>
          <h2>{title}</h2>
          {note ? <span className="sm t3 trunc">{note}</span> : null}
          {end ? <span className="push row">{end}</span> : null}
        </header>
      ) : null}
      <div className={cx('body', !title && 'pt-3', bodyClassName)}>{children}</div>
    </section>
  )
}
