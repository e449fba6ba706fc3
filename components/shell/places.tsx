import { Activity, Box, Database, FlaskConical, History, Rocket, SlidersHorizontal, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'

export type Place = { href: string; label: string; icon: ReactNode; group: string; hint?: string }

const icon = (Icon: typeof Box) => <Icon className="i" aria-hidden />

/** The rail, from top to bottom. `compact` places stay in the bar of a narrow screen. */
export const railPlaces: readonly (Place & { compact: boolean })[] = [
  { href: '/workflows', label: 'Workflows', icon: icon(Workflow), group: 'Go to', compact: true },
  { href: '/data', label: 'Data', icon: icon(Database), group: 'Go to', compact: false },
  { href: '/runs', label: 'Runs', icon: icon(History), group: 'Go to', compact: true },
  { href: '/experiments', label: 'Experiments', icon: icon(FlaskConical), group: 'Go to', compact: false },
  { href: '/models', label: 'Models', icon: icon(Box), group: 'Go to', compact: false },
  { href: '/deployments', label: 'Deployments', icon: icon(Rocket), group: 'Go to', compact: true },
  { href: '/monitor', label: 'Monitor', icon: icon(Activity), group: 'Go to', compact: true },
]

export const settingsPlace: Place & { compact: boolean } = {
  href: '/settings/users',
  label: 'Settings',
  icon: icon(SlidersHorizontal),
  group: 'Go to',
  compact: true,
}

/** Settings pages, in the order of their tabs. */
export const settingsPlaces: readonly Place[] = [
  { href: '/settings/users', label: 'Users', icon: icon(SlidersHorizontal), group: 'Settings' },
  { href: '/settings/keys', label: 'API keys', icon: icon(SlidersHorizontal), group: 'Settings' },
  { href: '/settings/secrets', label: 'Secrets', icon: icon(SlidersHorizontal), group: 'Settings' },
  { href: '/settings/audit', label: 'Audit log', icon: icon(SlidersHorizontal), group: 'Settings' },
]

export const placeItems: readonly Place[] = [...railPlaces, ...settingsPlaces]
