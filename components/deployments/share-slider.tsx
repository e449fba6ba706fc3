'use client'

import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react'
import type { StepMark } from './prepare-steps.ts'
import { placeOfShare, shareAtPlace, shareTicks } from './share-scale.ts'

/** Share of the challenger, from 0 to 100 percent. Arrows move by 1, Page keys by 10, Home and End to the ends. */
export function ShareSlider({
  value,
  live,
  marks = [],
  label,
  disabled,
  onChange,
}: {
  value: number
  /** The share in force. */
  live: number
  /** Planned steps on the scale. */
  marks?: readonly StepMark[]
  label: string
  disabled: boolean
  onChange(share: number): void
}) {
  const set = (share: number) => {
    if (!disabled) onChange(Math.min(100, Math.max(0, share)))
  }
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    if (disabled || (event.type === 'pointermove' && !event.currentTarget.hasPointerCapture(event.pointerId))) return
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId)
    const { left, width } = event.currentTarget.getBoundingClientRect()
    set(shareAtPlace(((event.clientX - left) / width) * 100))
  }
  const onKey = (event: KeyboardEvent) => {
    const next = nextByKey(event.key, value)
    if (next === null) return
    event.preventDefault()
    set(next)
  }
  return (
    <div className="grow min-w-[240px]!">
      <div
        className="split-slider"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={value}
        aria-valuetext={`${value} %`}
        aria-disabled={disabled}
        style={{ '--at': `${placeOfShare(value)}%` } as CSSProperties /* React's CSSProperties know no custom properties */}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onKeyDown={onKey}
      >
        {marks.map(({ share, place, state, words }) => (
          <span key={share} className="step-mark" data-state={state} style={{ left: `${place}%` }} title={words} />
        ))}
        <i />
      </div>
      <div className="share-ticks" aria-hidden>
        {shareTicks.map(({ share, place }) => (
          <span key={share} className={share === live ? 'on' : undefined} style={{ left: `${place}%` }}>
            {share} %
          </span>
        ))}
      </div>
    </div>
  )
}

/** The share after a key, or null when the key means nothing here. */
export function nextByKey(key: string, share: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return share + 1
    case 'ArrowLeft':
    case 'ArrowDown':
      return share - 1
    case 'PageUp':
      return share + 10
    case 'PageDown':
      return share - 10
    case 'Home':
      return 0
    case 'End':
      return 100
    default:
      return null
  }
}
