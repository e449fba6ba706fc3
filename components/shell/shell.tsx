'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { ActorProvider, type ActorView } from '#components/api/use-actor'
import { PaletteProvider } from './command-palette'
import { Rail } from './rail'

/** The frame around every page of a signed-in person. The builder folds the rail to icons. */
export function Shell({ actor, children }: { actor: ActorView; children: ReactNode }) {
  const compact = /^\/workflows\/[^/]+/.test(usePathname())
  return (
    <ActorProvider actor={actor}>
      <PaletteProvider>
        <a className="btn skip" href="#main">
          Skip to content
        </a>
        <div className={compact ? 'app compact' : 'app'}>
          <Rail />
          {children}
        </div>
      </PaletteProvider>
    </ActorProvider>
  )
}
