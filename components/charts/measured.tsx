'use client'

import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'

/** Measures its width and draws with it, again at each change. Nothing is drawn before the width is known; the height is kept free. */
export function Measured({ height, className, children }: { height: number; className?: string; children(width: number): ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.observe(element)
    setWidth(Math.floor(element.getBoundingClientRect().width))
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={box} className={className} style={{ minHeight: height }}>
      {width > 0 ? children(width) : null}
    </div>
  )
}
