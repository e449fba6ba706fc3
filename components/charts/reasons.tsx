'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { RowReasons } from '#core/reports/row-reasons'
import { Legend } from './axes'
import { type PreparedBar, type PreparedReason, prepareReasons, type ReasonNames } from './prepare-reasons.ts'

const colours = { towards: 'var(--series-1)', away: 'var(--series-2)' }

/** Why a row was answered as it was: a bar per column from one zero line, which opens to the column's features. */
export function Reasons({ reasons, names, values }: { reasons: RowReasons; names: ReasonNames; values: Readonly<Record<string, string>> }) {
  const { sentence, measure, towards, away, zero, reasons: shown, rest, empty } = prepareReasons(reasons, names, values)
  return (
    <div className="col gap-2">
      <p>{sentence}</p>
      {empty ? (
        <p className="sm t3">{empty}</p>
      ) : (
        <>
          <Legend
            items={[
              { name: towards, colour: colours.towards, shape: 'square' },
              { name: away, colour: colours.away, shape: 'square' },
            ]}
          />
          <ul>
            {shown.map((reason) => (
              <Reason key={reason.column} reason={reason} zero={zero} />
            ))}
          </ul>
          <p className="sm t3">
            {measure} {rest ? `Not shown: ${rest}.` : ''}
          </p>
        </>
      )}
    </div>
  )
}

function Reason({ reason, zero }: { reason: PreparedReason; zero: number }) {
  const [isOpen, setOpen] = useState(false)
  const { column, value, words, push, error, features } = reason
  const Chevron = isOpen ? ChevronDown : ChevronRight
  const name = (
    <>
      <span className="mono flex-none">{column}</span>
      <span className="t3 trunc min-w-0 grow text-left" title={value}>
        {value}
      </span>
    </>
  )
  return (
    <li className="py-1">
      <div className="row sm">
        {features.length > 0 ? (
          <button
            type="button"
            className="row min-w-0 grow cursor-pointer"
            aria-expanded={isOpen}
            aria-label={`Features of ${column}`}
            onClick={() => setOpen(!isOpen)}
          >
            <Chevron className="i s flex-none" aria-hidden />
            {name}
          </button>
        ) : (
          <span className="row min-w-0 grow pl-[22px]">{name}</span>
        )}
        <span className="num flex-none" title={push}>
          {words} {error ? <span className="t3">{error}</span> : null}
          <span className="sr">, {push}</span>
        </span>
      </div>
      <Bar bar={reason} zero={zero} height={8} />
      {isOpen ? (
        <ul className="mt-1">
          {features.map((feature) => (
            <li key={feature.name} className="py-0.5">
              <div className="row sm t2 pl-[22px]">
                <span className="trunc min-w-0 grow" title={feature.name}>
                  {feature.name}
                </span>
                <span className="num flex-none">{feature.words}</span>
              </div>
              <Bar bar={feature} zero={zero} height={4} />
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}

function Bar({ bar: { left, width, isTowards }, zero, height }: { bar: PreparedBar; zero: number; height: number }) {
  return (
    <svg width="100%" height={height + 2} aria-hidden className="block">
      <rect x={`${left}%`} y={1} width={`${width}%`} height={height} rx={1} fill={isTowards ? colours.towards : colours.away} />
      <line x1={`${zero}%`} x2={`${zero}%`} y1={0} y2={height + 2} stroke="var(--chart-axis)" strokeWidth={1} shapeRendering="crispEdges" />
    </svg>
  )
}
