import { formatNumber } from '#core/words/format'

/** Geometry of the traffic picture: a stream of requests, a valve, and a ribbon to each arm, as wide as its share. */

export const picture = { width: 614, height: 196 }
const stream = { left: 112, valve: 200, right: 236, top: 58, height: 80, arms: 392 }
/** Where each ribbon ends: the middle of its arm's box. */
const ends = { only: 98, champion: 46, challenger: 156 }
/** A ribbon of one percent must still be seen. */
const thinnest = 2

export type Ribbon = { area: string; flow: string; colour: string }
export type TrafficPicture = {
  ribbons: Ribbon[]
  /** The valve's bar: how much of it is the champion's and the challenger's. */
  valve: { top: number; split: number; bottom: number }
  boxes: { y: number; colour: string }[]
}

const fewestMinutes = 15

/** Where the charts of the arms begin: a minute before the first answer, so that a young deployment does not show an empty hour. */
export function firstShown(hasAnswers: readonly boolean[]): number {
  const first = hasAnswers.indexOf(true)
  return first < 0 ? 0 : Math.max(0, Math.min(first - 1, hasAnswers.length - fewestMinutes))
}

/** Decides the picture for the challenger's share in percent, or null when one version serves alone. */
export function prepareTraffic(challengerShare: number | null): TrafficPicture {
  const { top, height } = stream
  const bottom = top + height
  if (challengerShare === null) {
    return {
      ribbons: [ribbon({ from: [top, bottom], end: ends.only, width: 72, colour: 'var(--champion)' })],
      valve: { top, split: bottom, bottom },
      boxes: [{ y: ends.only - 40, colour: 'var(--champion)' }],
    }
  }
  const split = bottom - (Math.min(100, Math.max(0, challengerShare)) / 100) * height
  return {
    ribbons: [
      ribbon({ from: [top, split], end: ends.champion, width: (split - top) * 0.9, colour: 'var(--champion)' }),
      ribbon({ from: [split, bottom], end: ends.challenger, width: (bottom - split) * 0.9, colour: 'var(--challenger)' }),
    ],
    valve: { top, split, bottom },
    boxes: [
      { y: ends.champion - 40, colour: 'var(--champion)' },
      { y: ends.challenger - 44, colour: 'var(--challenger)' },
    ],
  }
}

/** The challenger's share where the valve's handle stands at `y` of the picture. */
export function shareAtValve(y: number): number {
  const share = ((stream.top + stream.height - y) / stream.height) * 100
  return Math.round(Math.min(100, Math.max(0, share)))
}

/** "41.2" of requests a second: one decimal below a hundred, none above. */
export function rateWords(perSecond: number): string {
  if (perSecond >= 100) return formatNumber(Math.round(perSecond))
  return perSecond > 0 && perSecond < 0.05 ? '< 0.1' : perSecond.toFixed(1)
}

function ribbon({ from, end, width, colour }: { from: [number, number]; end: number; width: number; colour: string }): Ribbon {
  const { right, arms } = stream
  const middle = (right + arms) / 2
  const wide = Math.max(thinnest, width)
  const [top, bottom] = from[1] - from[0] < thinnest ? [(from[0] + from[1] - thinnest) / 2, (from[0] + from[1] + thinnest) / 2] : from
  const [endTop, endBottom] = [end - wide / 2, end + wide / 2]
  const at = (top + bottom) / 2
  return {
    colour,
    area: `M${right} ${top}C${middle} ${top} ${middle} ${endTop} ${arms} ${endTop}V${endBottom}C${middle} ${endBottom} ${middle} ${bottom} ${right} ${bottom}Z`,
    flow: `M${right} ${at}C${middle} ${at} ${middle} ${end} ${arms} ${end}`,
  }
}
