import type { Family, Sample } from './registry'

/** What a reader may see: everything, the figures of some deployments, or sums without the names of anything. */
export type Sight = 'all' | 'sums' | ReadonlySet<string>

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8'

/** Labels that name something of the house. */
const names = ['deployment', 'model', 'version']

/** Families in the text format of Prometheus, version 0.0.4. */
export function prometheusText(families: readonly Family[], sight: Sight = 'all'): string {
  return families
    .map((family) => seen(family, sight))
    .filter(({ samples }) => samples.length > 0)
    .map(
      (family) =>
        `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.kind}\n${family.samples.map((sample) => lines(family, sample)).join('')}`,
    )
    .join('')
}

/** A family as a reader may see it. What it may not know by name is added up. */
function seen(family: Family, sight: Sight): Family {
  if (sight === 'all') return family
  const deployment = family.labelNames.indexOf('deployment')
  if (sight !== 'sums' && deployment >= 0)
    return { ...family, samples: family.samples.filter(({ labels }) => sight.has(labels[deployment] ?? '')) }
  const kept = family.labelNames.flatMap((name, i) => (names.includes(name) ? [] : [i]))
  if (kept.length === family.labelNames.length) return family
  const sums = new Map<string, Sample>()
  for (const sample of family.samples) {
    const labels = kept.map((i) => sample.labels[i] ?? '')
    const key = labels.join('\u0000')
    const known = sums.get(key)
    sums.set(key, known ? sumOf(known, sample) : { ...sample, labels })
  }
  return { ...family, labelNames: kept.map((i) => family.labelNames[i] ?? ''), samples: [...sums.values()] }
}

function sumOf(a: Sample, b: Sample): Sample {
  return {
    labels: a.labels,
    value: a.value + b.value,
    ...(a.buckets && b.buckets
      ? { buckets: a.buckets.map((n, i) => n + (b.buckets?.[i] ?? 0)), count: (a.count ?? 0) + (b.count ?? 0) }
      : {}),
  }
}

function lines({ name, labelNames, bounds, kind }: Family, { labels, value, buckets = [], count = 0 }: Sample): string {
  const own = labelNames.map((label, i) => `${label}="${escapeLabel(labels[i] ?? '')}"`)
  if (kind !== 'histogram') return `${name}${braces(own)} ${numberText(value)}\n`
  let below = 0
  const parts = [...bounds, Number.POSITIVE_INFINITY].map((bound, i) => {
    below += buckets[i] ?? 0
    return `${name}_bucket${braces([...own, `le="${numberText(bound)}"`])} ${below}\n`
  })
  return `${parts.join('')}${name}_sum${braces(own)} ${numberText(value)}\n${name}_count${braces(own)} ${count}\n`
}

function braces(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `{${labels.join(',')}}`
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')
}

function escapeHelp(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
}
