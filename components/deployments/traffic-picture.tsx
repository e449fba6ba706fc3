'use client'

import { type PointerEvent, useRef } from 'react'
import { useNow } from '#components/ui/time'
import { formatDuration, formatScore } from '#core/words/format'
import type { LiveArmView } from '#server/releases/views'
import { type Beside, pictureWidth, prepareTraffic, rateWords, shareAtValve } from './prepare-traffic.ts'

type Role = 'champion' | 'challenger'
export type PictureArm = LiveArmView & { role: Role }

/** A version that no caller meets: it gets copies, or waits loaded. */
export type BesideView = {
  kind: Beside
  versionId: string
  version: number
  /** Its part in a rollout, whose colour it keeps. */
  role: Role | null
  /** "copies of 20 %", "loaded, no traffic" */
  does: string
  figures: string
}

/** Requests, the valve, and the arms with their live figures. The valve can be dragged; the slider below is its equal for keyboards. */
export function TrafficPicture({
  arms,
  beside,
  share,
  onShare,
}: {
  arms: readonly PictureArm[]
  beside: readonly BesideView[]
  /** The challenger's share as drawn, in force or not yet; null when one version serves alone. */
  share: number | null
  onShare: ((share: number) => void) | null
}) {
  const svg = useRef<SVGSVGElement>(null)
  const picture = prepareTraffic(
    share,
    beside.map(({ kind }) => kind),
    arms[0]?.role,
  )
  const { ribbons, valve, boxes } = picture
  const total = arms.reduce((sum, arm) => sum + arm.perSecond, 0)
  const weights = share === null ? [100] : [100 - share, share]
  const words = [
    ...arms.map((arm, i) => `${weights[i]} % to ${arm.role} v${arm.version}`),
    ...beside.map(({ kind, version, does }) => `${kind} v${version}, ${does}`),
  ].join(', ')
  const onPointer = (event: PointerEvent<SVGGElement>) => {
    if (!onShare || !svg.current || (event.type === 'pointermove' && !event.currentTarget.hasPointerCapture(event.pointerId))) return
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId)
    const { top, height } = svg.current.getBoundingClientRect()
    onShare(shareAtValve(((event.clientY - top) / height) * picture.height))
  }
  return (
    <>
      <ArmList arms={arms} beside={beside} weights={weights} />
      <svg
        ref={svg}
        className="chart max-sm:hidden"
        viewBox={`0 0 ${pictureWidth} ${picture.height}`}
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
          return arm ? <ArmBox key={arm.versionId} arm={arm} y={y} colour={colour} weight={weights[i] ?? 0} /> : null
        })}
        {beside.map((one, i) => {
          const place = picture.beside[i]
          return place ? <BesideBox key={one.versionId} one={one} y={place.y} edge={place.edge} /> : null
        })}
        <g className={onShare ? 'traffic-valve' : undefined} onPointerDown={onPointer} onPointerMove={onPointer}>
          <rect x="200.5" y="46.5" width="35" height="103" rx="8" fill="var(--bg-sunken)" stroke="var(--border-strong)" />
          <rect x="216" y={valve.top} width="4" height={valve.split - valve.top} rx="2" fill={boxes[0]?.colour} />
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
function ArmList({ arms, beside, weights }: { arms: readonly PictureArm[]; beside: readonly BesideView[]; weights: readonly number[] }) {
  return (
    <ul className="col gap-2! sm:hidden">
      {arms.map((arm, i) => (
        <li key={arm.versionId}>
          <div className="row">
            <span className={`med ${dotOf(arm.role)}`}>
              {titleOf(arm.role)} v{arm.version}
            </span>
            <span className="push semi num">{weights[i] ?? 0} %</span>
            <span className="sm t2 num" style={{ minWidth: 72 }}>
              {rateWords(arm.perSecond)} per s
            </span>
          </div>
          <p className="sm t3 pl-4">{armFigures(arm)}</p>
        </li>
      ))}
      {beside.map((one) => (
        <li key={one.versionId}>
          <div className="row">
            <span className={`med ${dotOf(one.role)}`}>
              {one.kind === 'shadow' ? 'Shadow' : 'Standby'} v{one.version}
            </span>
            <span className="push sm t2">{one.does}</span>
          </div>
          {one.figures ? <p className="sm t3 pl-4">{one.figures}</p> : null}
        </li>
      ))}
    </ul>
  )
}

/** Dots lead to a shadow, nothing to what waits; both boxes are dashed, because no caller meets them. */
function BesideBox({ one, y, edge }: { one: BesideView; y: number; edge: string | null }) {
  const colour = one.role ? `var(--${one.role})` : 'var(--series-8)'
  return (
    <>
      {edge ? <path className="shadow-flow" d={edge} fill="none" stroke={colour} /> : null}
      <g transform={`translate(392 ${y})`}>
        <rect x=".5" y=".5" width="221" height="79" rx="8" fill="var(--bg-surface)" stroke={colour} strokeDasharray="4 3" />
        <Dot role={one.role} />
        <text className="v" x="30" y="23" style={{ fontSize: 13, fontWeight: 600 }}>
          {one.kind === 'shadow' ? 'Shadow' : 'Standby'} v{one.version}
        </text>
        <text className="t2" x="14" y="47" style={{ fontSize: 12 }}>
          {one.does}
        </text>
        <text x="14" y="67">
          {one.figures}
        </text>
      </g>
    </>
  )
}

/** Square for the champion, round for the challenger, grey for the rest. */
function Dot({ role }: { role: Role | null }) {
  if (role === 'challenger') return <circle cx="18" cy="18" r="4" className="f2" />
  return <rect x="14" y="14" width="8" height="8" rx="2" className={role === 'champion' ? 'f1' : 'f8'} />
}

function dotOf(role: Role | null): string {
  return role === 'champion' ? 'arm' : role === 'challenger' ? 'arm b' : 'arm c'
}

function titleOf(role: Role): string {
  return role === 'champion' ? 'Champion' : 'Challenger'
}

function armFigures({ p99Ms, confidence }: LiveArmView): string {
  const latency = p99Ms === null ? 'no answers in the last minutes' : `p99 ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms`
  return confidence === null ? latency : `${latency}, confidence ${formatScore(confidence)}`
}

function ArmBox({ arm, y, colour, weight }: { arm: PictureArm; y: number; colour: string; weight: number }) {
  const now = useNow()
  return (
    <g transform={`translate(392 ${y})`}>
      <rect x=".5" y=".5" width="221" height="79" rx="8" fill="var(--bg-surface)" stroke={colour} />
      <Dot role={arm.role} />
      <text className="v" x="30" y="23" style={{ fontSize: 13, fontWeight: 600 }}>
        {titleOf(arm.role)} v{arm.version}
      </text>
      <text className="end" x="210" y="23">
        {now === 0 ? '' : `live ${formatDuration(Math.max(0, now - arm.liveSince.getTime()))}`}
      </text>
      <text className="v" x="14" y="50" style={{ fontSize: 20, fontWeight: 600 }}>
        {weight} %
      </text>
      <text x="84" y="49" className="t2" style={{ fontSize: 12 }}>
        {rateWords(arm.perSecond)} per s
      </text>
      <text x="14" y="69">
        {armFigures(arm)}
      </text>
    </g>
  )
}
