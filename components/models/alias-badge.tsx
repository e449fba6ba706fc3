import { cx } from '#components/ui/cx.ts'

/** Champion and challenger keep their colours everywhere; other aliases are plain. */
export function AliasBadge({ alias, number }: { alias: string; number?: number }) {
  const arm = alias === 'champion' ? 'arm' : alias === 'challenger' ? 'arm b' : ''
  return (
    <span className="badge">
      <span className={cx(arm)}>{alias}</span>
      {number === undefined ? null : <span className="t3">v{number}</span>}
    </span>
  )
}
