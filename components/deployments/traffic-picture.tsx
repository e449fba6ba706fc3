'use client'

import { type PointerEvent, useRef } from 'react'
import { useNow } from '#components/ui/time'
import { formatDuration, formatScore } from '#core/words/format'
import type { LiveArmView } from '#server/releases/views'
import { picture, prepareTraffic, rateWords, shareAtValve } from './prepare-traffic.ts'

/** Requests, the valve, and the arms with their live figures. The valve can be dragged; the slider below is its equal for keyboards. */
export function TrafficPicture({
  arms,
  share,
  onShare,
}: {
  arms: readonly LiveArmView[]
  /** The challenger's share as drawn, in force or not yet; null when one version serves alone. */
  share: number | null
  onShare: ((share: number) => void) | null
}) {
  const svg = useRef<SVGSVGElement>(null)
  const { ribbons, valve, boxes } = prepareTraffic(share)
  const total = arms.reduce((sum, arm) => sum + arm.perSecond, 0)
  const weights = share === null ? [100] : [100 - share, share]
  const words = arms.map((arm, i) => `${weights[i]} % to ${i === 0 ? 'champion' : 'challenger'} v${arm.version}`).join(', ')
  const onPointer = (event: PointerEvent<SVGGElement>) => {
    if (!onShare || !svg.current || (event.type === 'pointermove' && !event.currentTarget.hasPointerCapture(event.pointerId))) return
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId)
    const { top, height } = svg.current.getBoundingClientRect()
    onShare(shareAtValve(((event.clientY - top) / height) * picture.height))
  }
  return (
    <>
      <ArmList arms={arms} weights={weights} />
      <svg
        ref={svg}
        className="chart max-sm:hidden"
        viewBox={`0 0 ${picture.width} ${picture.height}`}
        style={{ width: '100%', maxWidth: 720 }}
        role="img"
        aria-label={`Traffic: ${rateWords(total)} requests per second, ${words}`}
      >
        <rect x=".5" y="58.5" width="111" height="80" rx="8" fill="var(--bg-surface)" stroke="var(--border-strong)" />
        <text className="v" x="14" y="81" style={{ fontSize: 13, fontWeight: 600 }}>
          Requests
        </text>
        <text x="14" y="108" className="v" style={{ fontSize: 20, fontWeight: 600 }}>
          {rateWords(total)}
        </text>
        <text x="14" y="127">
          per second
        </text>
        <rect x="112" y="58" width="88" height="80" fill="var(--series-8)" opacity=".16" />
        <path className="traffic-flow" d="M114 98H198" stroke="var(--series-8)" />
        {ribbons.map(({ area, flow, colour }) => (
          <g key={colour}>
            <path d={area} fill={colour} opacity=".22" />
            <path className="traffic-flow" d={flow} fill="none" stroke={colour} />
          </g>
        ))}
        {boxes.map(({ y, colour }, i) => {
          const arm = arms[i]
          return arm ? <ArmBox key={arm.versionId} arm={arm} y={y} colour={colour} weight={weights[i] ?? 0} isChampion={i === 0} /> : null
        })}
        <g className={onShare ? 'traffic-valve' : undefined} onPointerDown={onPointer} onPointerMove={onPointer}>
          <rect x="200.5" y="46.5" width="35" height="103" rx="8" fill="var(--bg-sunken)" stroke="var(--border-strong)" />
          <rect x="216" y={valve.top} width="4" height={valve.split - valve.top} rx="2" className="f1" />
          <rect x="216" y={valve.split} width="4" height={valve.bottom - valve.split} rx="2" className="f2" />
          {share === null ? null : (
            <>
              <rect
                x="205.5"
                y={valve.split - 6.5}
                width="25"
                height="13"
                rx="6.5"
                fill="var(--bg-raised)"
                stroke="var(--accent)"
                strokeWidth="1.5"
              />
              <path d={`M214 ${valve.split - 1.5}h8M214 ${valve.split + 1.5}h8`} stroke="var(--accent)" strokeWidth="1.2" />
            </>
          )}
        </g>
        {onShare ? (
          <text className="mid" x="218" y="36">
            drag to split
          </text>
        ) : null}
      </svg>
    </>
  )
}

/** The same figures where the picture has no room. */
function ArmList({ arms, weights }: { arms: readonly LiveArmView[]; weights: readonly number[] }) {
  return (
    <ul className="col gap-2! sm:hidden">
      {arms.map((arm, i) => (
        <li key={arm.versionId}>
          <div className="row">
            <span className={i === 0 ? 'arm med' : 'arm b med'}>
              {i === 0 ? 'Champion' : 'Challenger'} v{arm.version}
            </span>
            <span className="push semi num">{weights[i] ?? 0} %</span>
            <span className="sm t2 num" style={{ minWidth: 72 }}>
              {rateWords(arm.perSecond)} per s
            </span>
          </div>
          <p className="sm t3 pl-4">{armFigures(arm)}</p>
        </li>
      ))}
    </ul>
  )
}

function armFigures({ p99Ms, confidence }: LiveArmView): string {
  const latency = p99Ms === null ? 'no answers in the last minutes' : `p99 ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms`
  return confidence === null ? latency : `${latency}, confidence ${formatScore(confidence)}`
}

function ArmBox({
  arm,
  y,
  colour,
  weight,
  isChampion,
}: {
  arm: LiveArmView
  y: number
  colour: string
  weight: number
  isChampion: boolean
}) {
  const now = useNow()
  return (
    <g transform={`translate(392 ${y})`}>
      <rect x=".5" y=".5" width="221" height="79" rx="8" fill="var(--bg-surface)" stroke={colour} />
      {isChampion ? <rect x="14" y="14" width="8" height="8" rx="2" className="f1" /> : <circle cx="18" cy="18" r="4" className="f2" />}
      <text className="v" x="30" y="23" style={{ fontSize: 13, fontWeight: 600 }}>
        {isChampion ? 'Champion' : 'Challenger'} v{arm.version}
      </text>
      <text className="end" x="210" y="23">
        {now === 0 ? '' : `live ${formatDuration(Math.max(0, now - arm.liveSince.getTime()))}`}
      </text>
      <text className="v" x="14" y="50" style={{ fontSize: 20, fontWeight: 600 }}>
        {weight} %
      </text>
      <text x="76" y="49" className="t2" style={{ fontSize: 12 }}>
        {rateWords(arm.perSecond)} per s
      </text>
      <text x="14" y="69">
        {armFigures(arm)}
      </text>
    </g>
  )
}
