'use client'

import { usePathname } from 'next/navigation'
import { cx } from '#components/ui/cx.ts'
import { Link } from '#components/ui/link'
import { railPlaces, settingsPlace } from './places'
import { UserMenu } from './user-menu'

/** The left rail; a bar below on narrow screens. */
export function Rail() {
  const path = usePathname()
  const section = `/${path.split('/')[1] ?? ''}`
  return (
    <nav className="rail" aria-label="Main">
      <Link className="brand" href="/workflows" title="Stageline">
        <Mark />
        <span>Stageline</span>
      </Link>
      {railPlaces.map((place) => (
        <Link
          key={place.href}
          href={place.href}
          className={cx(!place.compact && 'lo')}
          title={place.label}
          aria-current={section === place.href ? 'page' : undefined}
        >
          {place.icon}
          <span>{place.label}</span>
        </Link>
      ))}
      <span className="sep" />
      <Link
        href={settingsPlace.href}
        className="lo"
        title={settingsPlace.label}
        aria-current={section === '/settings' ? 'page' : undefined}
      >
        {settingsPlace.icon}
        <span>{settingsPlace.label}</span>
      </Link>
      <UserMenu />
    </nav>
  )
}

/** The product's mark: two stages and the line between them. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <rect width="20" height="20" rx="5" fill="var(--accent)" />
      <path d="M4.5 13.5h3.2l4.6-7h3.2" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx="4.5" cy="13.5" r="1.7" fill="#fff" />
      <circle cx="15.5" cy="6.5" r="1.7" fill="#fff" />
    </svg>
  )
}
