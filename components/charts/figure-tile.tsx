import type { ReactNode } from 'react'

/** One figure: what it is, the value with its unit, something beside it, and a second line. */
export function FigureTile({
  label,
  value,
  unit,
  beside,
  below,
  sub,
}: {
  label: ReactNode
  value: string
  unit?: string
  beside?: ReactNode
  below?: ReactNode
  sub?: ReactNode
}) {
  return (
    <div className="tile content-start">
      <span className="label">{label}</span>
      <span className="value">
        {value}
        {unit ? <small>{unit}</small> : null}
      </span>
      {beside ?? <span />}
      {below ? <span className="col-span-2 mt-1 mb-0.5">{below}</span> : null}
      {sub ? <span className="sub">{sub}</span> : null}
    </div>
  )
}
