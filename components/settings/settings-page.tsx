'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { Page, PageHead } from '#components/shell/page'
import { settingsPlaces } from '#components/shell/places'
import { Link } from '#components/ui/link'

/** A page of the settings: tabs that are links, then the title and its content. */
export function SettingsPage({
  title,
  note,
  actions,
  children,
}: {
  title: string
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const path = usePathname()
  return (
    <Page crumbs={[{ label: 'Settings', href: '/settings/users' }, { label: title }]} actions={actions}>
      <nav className="tabs -mt-2 mb-4 px-0!" aria-label="Settings">
        {settingsPlaces.map((place) => (
          <Link key={place.href} href={place.href} aria-current={path === place.href ? 'page' : undefined}>
            {place.label}
          </Link>
        ))}
      </nav>
      <PageHead title={title} note={note} />
      {children}
    </Page>
  )
}
