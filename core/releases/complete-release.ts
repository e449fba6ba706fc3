import { AppError } from '#core/errors/app-error'
import type { VersionFacts } from './difference'
import { releaseDifference } from './difference'
import { goodVersions, type NextRelease, type PastRelease } from './next-release'
import { checkRoutes, type Route } from './route'
import { type FallbackStep, type ReleaseSettings, versionsOf } from './settings'

/** What is known of the versions that a release may name, by id. */
export type KnownVersions = ReadonlyMap<string, VersionFacts>

/**
 * Makes a decided release ready to be written: "the last good version" becomes a version, what the new routes make pointless is
 * dropped (a shadow or standby that has traffic now, a bandit of one route), and what cannot be served is refused in words.
 */
export function completeRelease(next: NextRelease, releases: readonly PastRelease[], known: KnownVersions): NextRelease {
  checkRoutes(next.routes)
  const champion = factsOf(known, next.routes[0]?.versionId)
  const settings = fitToRoutes(next.settings, next.routes)
  const steps = settings.fallback.steps.map((step, i): FallbackStep => {
    if (step.kind !== 'version' || !step.lastGood) return step
    const versionId = lastGoodVersion(releases, next.routes, (id) => isAlike(champion, factsOf(known, id)))
    if (versionId === null) {
      refuse(
        `Fallback ${i + 1} is the last good version, and there is none: no version that reads the same fields as v${champion.number} served here alone before. Name a version, or leave the step out.`,
      )
    }
    return { ...step, versionId }
  })
  const completed = { ...next, settings: { ...settings, fallback: { ...settings.fallback, steps } } }
  refuseImpossible(completed, known)
  return completed
}

/** The newest version that served alone, was not rolled back from, fits, and is not routed; failing that, a champion beside its challenger. */
export function lastGoodVersion(
  releases: readonly PastRelease[],
  routes: readonly Route[],
  fits: (versionId: string) => boolean,
): string | null {
  const good = goodVersions(releases).filter(fits)
  const isRouted = (versionId: string) => routes.some((route) => route.versionId === versionId)
  return good.find((versionId) => !isRouted(versionId)) ?? (routes.length > 1 ? (good.find(isRouted) ?? null) : null)
}

/** Whether callers may send the same record to both and read the same kind of answer. */
function isAlike(a: VersionFacts, b: VersionFacts): boolean {
  return releaseDifference(a, b).canSplit
}

/** What was set beside other routes and has no meaning beside these. */
function fitToRoutes(settings: ReleaseSettings, routes: readonly Route[]): ReleaseSettings {
  const isRouted = (versionId: string) => routes.some((route) => route.versionId === versionId)
  return {
    ...settings,
    shadow: settings.shadow && isRouted(settings.shadow.versionId) ? null : settings.shadow,
    standby: settings.standby.filter((versionId) => !isRouted(versionId)),
    assignment: routes.length === 1 ? { kind: 'weights' } : settings.assignment,
  }
}

function refuseImpossible(next: NextRelease, known: KnownVersions): void {
  const { routes, settings } = next
  for (const versionId of versionsOf(next)) factsOf(known, versionId)
  const champion = factsOf(known, routes[0]?.versionId)
  for (const { versionId } of routes.slice(1))
    refuseUnlike(champion, factsOf(known, versionId), 'Deploy it with 100 %, or under another name.')
  if (settings.shadow) {
    refuseUnlike(champion, factsOf(known, settings.shadow.versionId), 'It cannot be a shadow: there would be nothing to compare.')
  }
  if (new Set(settings.standby).size < settings.standby.length) refuse('A version is kept on standby once; this release names one twice.')
  for (const [i, step] of settings.fallback.steps.entries()) refuseStep(step, i, champion, known)
  refuseRepeats(settings.fallback.steps)
}

function refuseStep(step: FallbackStep, i: number, champion: VersionFacts, known: KnownVersions): void {
  const isNumber = champion.signature.task === 'regression'
  switch (step.kind) {
    case 'version':
      refuseUnlike(champion, factsOf(known, step.versionId), `It cannot be fallback ${i + 1}.`)
      return
    case 'answer':
      if (isNumber) refuse(`Fallback ${i + 1} answers the class ${step.label}, but v${champion.number} answers a number. State a number.`)
      if (!champion.classes.includes(step.label)) {
        const classes = champion.classes.slice(0, 10).join(', ')
        refuse(
          `Fallback ${i + 1} answers ${step.label}, which v${champion.number} does not know. It answers ${classes}${champion.classes.length > 10 ? ' …' : ''}.`,
        )
      }
      return
    case 'value':
      if (!isNumber) refuse(`Fallback ${i + 1} answers a number, but v${champion.number} answers a class. State a class.`)
  }
}

/** A stated answer never fails, so nothing comes after it; and a version that failed once is not asked again. */
function refuseRepeats(steps: readonly FallbackStep[]): void {
  const stated = steps.findIndex((step) => step.kind !== 'version')
  if (stated >= 0 && stated < steps.length - 1) refuse(`Fallback ${stated + 1} is a stated answer, so those after it would never be asked.`)
  // What "the last good version" is changes by itself; the gateway leaves out whom it has asked already.
  const versions = steps.flatMap((step) => (step.kind === 'version' && !step.lastGood ? [step.versionId] : []))
  if (new Set(versions).size < versions.length)
    refuse('A version is named twice among the fallbacks; the second time it would never be asked.')
}

/** Both get the same records: a version that reads other fields would refuse its share of them. */
function refuseUnlike(champion: VersionFacts, other: VersionFacts, remedy: string): void {
  const { canSplit, signature } = releaseDifference(champion, other)
  if (canSplit) return
  const why =
    signature.length > 0
      ? `reads other fields than v${champion.number} (${signature.map((field) => field.name).join(', ')}), so it would refuse its share of the requests`
      : `answers in another form than v${champion.number}, a number or a class, which callers cannot expect of one address`
  refuse(`v${other.number} ${why}. ${remedy}`)
}

function factsOf(known: KnownVersions, versionId: string | undefined): VersionFacts {
  const facts = versionId === undefined ? undefined : known.get(versionId)
  if (!facts)
    throw new AppError('bad_input', { detail: 'A version that this release names is not among the versions of its model. Choose another.' })
  return facts
}

function refuse(detail: string): never {
  throw new AppError('bad_input', { detail })
}
