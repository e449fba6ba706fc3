import { formatNumber } from '#core/words/format'

/** Geometry of the traffic picture: a stream of requests, a valve, and a ribbon to each arm, as wide as its share. */

export const pictureWidth = 614
const stream = { left: 112, valve: 200, right: 236, top: 58, height: 80, arms: 392 }
const box = { height: 80, top: 6, apart: 106, alone: 58 }
const lowest = 196
/** A ribbon of one percent must still be seen. */
const thinnest = 2

export type Ribbon = { area: string; flow: string; colour: string }
/** What stands beside the arms: a version that gets copies, or one that waits loaded. */
export type Beside = 'shadow' | 'standby'
export type TrafficPicture = {
  height: number
  ribbons: Ribbon[]
  /** The valve's bar: how much of it is the champion's and the challenger's. */
  valve: { top: number; split: number; bottom: number }
  boxes: { y: number; colour: string }[]
  /** In the order that they were given; a shadow has an edge of dots, what waits has none. */
  beside: { y: number; edge: string | null }[]
}

const fewestMinutes = 15

/** Where the charts of the arms begin: a minute before the first answer, so that a young deployment does not show an empty hour. */
export function firstShown(hasAnswers: readonly boolean[]): number {
  const first = hasAnswers.indexOf(true)
  return first < 0 ? 0 : Math.max(0, Math.min(first - 1, hasAnswers.length - fewestMinutes))
}

/** Decides the picture for the challenger's share in percent, or null when one version serves alone, in the colour of `alone`. */
export function prepareTraffic(
  challengerShare: number | null,
  beside: readonly Beside[] = [],
  alone: 'champion' | 'challenger' = 'champion',
): TrafficPicture {
  const { top, height } = stream
  const bottom = top + height
  const arms = challengerShare === null ? 1 : 2
  const colours = [`var(--${arms === 1 ? alone : 'champion'})`, 'var(--challenger)'] as const
  const count = arms + beside.length
  const placeOf = (i: number) => (count === 1 ? box.alone : box.top + i * box.apart)
  const middleOf = (i: number) => placeOf(i) + box.height / 2
  const split = challengerShare === null ? bottom : bottom - (Math.min(100, Math.max(0, challengerShare)) / 100) * height
  const champion = ribbon({ from: [top, split], end: middleOf(0), width: (split - top) * 0.9, colour: colours[0] })
  const challenger = ribbon({ from: [split, bottom], end: middleOf(1), width: (bottom - split) * 0.9, colour: colours[1] })
  return {
    height: Math.max(lowest, placeOf(count - 1) + box.height + 4),
    ribbons: arms === 1 ? [champion] : [champion, challenger],
    valve: { top, split, bottom },
    boxes: colours.slice(0, arms).map((colour, i) => ({ y: placeOf(i), colour })),
    beside: beside.map((kind, i) => ({ y: placeOf(arms + i), edge: kind === 'shadow' ? edgeTo(middleOf(arms + i)) : null })),
  }
}

/** From the foot of the valve to the middle of a box. */
function edgeTo(end: number): string {
  const middle = (stream.right + stream.arms) / 2
  const from = stream.top + stream.height + 4
  return `M${stream.right} ${from}C${middle} ${from} ${middle} ${end} ${stream.arms} ${end}`
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
