import type { ReactNode } from 'react'

/** An empty panel names the missing action and has its button. */
export function Empty({
  title,
  children,
  action,
  picture,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
  picture?: ReactNode
}) {
  return (
    <div className="empty">
      {picture ? <div className="pic">{picture}</div> : null}
      <h3>{title}</h3>
      {children ? <p>{children}</p> : null}
      {action ? <div className="row">{action}</div> : null}
    </div>
  )
}

/** A grey box of the final shape while it loads. */
export function Skeleton({ className, height, width }: { className?: string; height?: number; width?: number | string }) {
  return <div className={`skel ${className ?? ''}`} style={{ height: height ?? 20, width: width ?? '100%' }} aria-hidden />
}

/** Rows of skeletons for a table or list. */
export function SkeletonRows({ rows = 6, height = 28 }: { rows?: number; height?: number }) {
  return (
    <div className="col" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={index} height={height} />
      ))}
    </div>
  )
}
