import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Shows the page as on a system of this theme: no reload, since Stageline follows the system unless told otherwise. */
export async function switchTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
}

/** Writes docs/images/<name>-<theme>.png: the pictures of the README, taken by the tests so that they are never old. */
export async function takePicture(page: Page, name: string, theme: Theme): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await page.screenshot({ path: `docs/images/${name}-${theme}.png`, animations: 'disabled', caret: 'hide' })
}

/** The page as it stands, in each theme. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const theme of themes) {
    await switchTheme(page, theme)
    await takePicture(page, name, theme)
  }
}

const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * No violation of WCAG A and AA on this page; each one is named with the element. The same page in another theme can only
 * differ in its colours, and in another width only in the rest.
 */
export async function expectAccessible(page: Page, what: 'all' | 'colours' | 'all but colours' = 'all'): Promise<void> {
  const axe = new AxeBuilder({ page })
    // There is no frame of another origin, for which axe would open a page of its own.
    .setLegacyMode()
    .options({ runOnly: what === 'colours' ? ['color-contrast'] : levels, resultTypes: ['violations'] })
  if (what === 'all but colours') axe.disableRules('color-contrast')
  const { violations } = await axe.analyze()
  expect(
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary}`)),
  ).toEqual([])
}

/** Nothing makes the page wider than the window; each element that does is named. What scrolls in a box of its own may be wide. */
export async function expectNoOverflow(page: Page): Promise<void> {
  // Charts take up a new width one after the other.
  await expect.poll(() => page.evaluate(tooWide)).toEqual([])
}

/** Runs in the page. */
function tooWide(): string[] {
  const inBox = (element: Element): boolean => {
    const parent = element.parentElement
    if (!parent || parent === document.body || parent.id === 'main') return false
    return getComputedStyle(parent).overflowX !== 'visible' || inBox(parent)
  }
  const isWide = [document.documentElement, document.getElementById('main')].some((box) => box && box.scrollWidth > box.clientWidth)
  if (!isWide) return []
  const right = (element: Element) => Math.round(element.getBoundingClientRect().right)
  return [...document.querySelectorAll('body *')]
    .filter((element) => right(element) > window.innerWidth + 1 && !inBox(element))
    .map((element) => `${element.tagName.toLowerCase()}.${element.className} to ${right(element)} px`)
    .concat(`the page is ${document.documentElement.scrollWidth} px wide`)
}
