import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from '#components/ui/link'
import { FindAnything } from './command-palette'
import { ThemeMenu } from './theme'

export type Crumb = { label: string; href?: string }

export type PageProps = {
  /** From the section to this object; the last one is here. */
  crumbs: readonly Crumb[]
  /** Saved-at, run state, then the one primary action. */
  actions?: ReactNode
  /** The page fills the window itself (the builder). */
  flush?: boolean
  children: ReactNode
}

/** A page inside the shell: top bar and main part. */
export function Page({ crumbs, actions, flush, children }: PageProps) {
  return (
    <div className="main">
      <header className="topbar">
        <nav className="crumbs" aria-label="Breadcrumbs">
          {crumbs.map((crumb, index) => (
            <span key={crumb.label} className={`row tight min-w-0 ${index < crumbs.length - 1 ? 'hide-s' : ''}`}>
              {index > 0 ? <ChevronRight className="i hide-s" aria-hidden /> : null}
              {crumb.href && index < crumbs.length - 1 ? (
                <Link href={crumb.href}>{crumb.label}</Link>
              ) : (
                <span className="here trunc" aria-current="page">
                  {crumb.label}
                </span>
              )}
            </span>
          ))}
        </nav>
        <div className="end">
          <FindAnything />
          {actions}
          <ThemeMenu />
        </div>
      </header>
      {flush ? (
        <main id="main" className="min-h-0">
          {children}
        </main>
      ) : (
        <main id="main" className="page">
          {children}
        </main>
      )}
    </div>
  )
}

/** The title of the object, a second line that says how many, since when, by whom, and controls at the end. */
export function PageHead({ title, note, badges, children }: { title: string; note?: ReactNode; badges?: ReactNode; children?: ReactNode }) {
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {badges}
      {note ? <span className="sm t3">{note}</span> : null}
      {children ? <span className="push row flex-wrap">{children}</span> : null}
    </div>
  )
}
