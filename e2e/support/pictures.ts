import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Switches the theme as the theme menu keeps it, and waits until the page shows it. */
export async function switchTheme(page: Page, theme: Theme): Promise<void> {
  await page.evaluate((name) => localStorage.setItem('theme', name), theme)
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
}

/** Writes docs/images/<name>-<theme>.png: the pictures of the README, taken by the tests so that they are never old. */
export async function takePicture(page: Page, name: string, theme: Theme): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await page.screenshot({ path: `docs/images/${name}-${theme}.png`, animations: 'disabled', caret: 'hide' })
}

/** No violation of WCAG A and AA on this page; each one is named with the element. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  expect(
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary}`)),
  ).toEqual([])
}
