import type { VersionFacts } from './difference'
import type { PastRelease } from './next-release'
import { defaultSettings } from './settings'

/** A past release from what differs from the defaults: `{ v1: 90, v2: 10 }` are its routes. */
export function pastRelease(
  number: number,
  split: Record<string, number>,
  wish: Partial<Omit<PastRelease, 'number' | 'routes'>> = {},
): PastRelease {
  return {
    number,
    routes: Object.entries(split).map(([versionId, weight]) => ({ versionId, weight })),
    settings: defaultSettings,
    lowConfidence: 0.6,
    rollbackOf: null,
    rolloutId: null,
    ...wish,
  }
}

/** A classifier of ham and spam that reads `body`, or what is wished. */
export function versionFactsOf(number: number, wish: Partial<VersionFacts> = {}): VersionFacts {
  return {
    number,
    signature: { inputs: [{ name: 'body', type: 'text', example: 'Hi' }], target: 'label' },
    classes: ['ham', 'spam'],
    metrics: [],
    recipe: null,
    dataSets: [],
    trainedRows: 10,
    ...wish,
  }
}
