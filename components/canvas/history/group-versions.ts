export type VersionLine = { number: number; summary: string; createdAt: Date; authorId: string | null; authorName: string | null }

/** Saves of one author soon after one another: one line of the history that opens. */
export type VersionGroup<V extends VersionLine = VersionLine> = { newest: V; versions: V[] }

const togetherMs = 60_000

/** Groups versions, newest first. Each save stays a version of its own. */
export function groupVersions<V extends VersionLine>(versions: readonly V[]): VersionGroup<V>[] {
  const groups: VersionGroup<V>[] = []
  for (const version of versions) {
    const last = groups.at(-1)
    const before = last?.versions.at(-1)
    const isTogether =
      last && before && before.authorId === version.authorId && before.createdAt.getTime() - version.createdAt.getTime() <= togetherMs
    if (isTogether) last.versions.push(version)
    else groups.push({ newest: version, versions: [version] })
  }
  return groups
}
