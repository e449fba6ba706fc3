import type { BenchResult, Figure } from './bench'

/** The document with the section of one benchmark replaced, or added at the end; everything else stays as it is. */
export function writeSection(document: string, name: string, result: BenchResult, where: string): string {
  const section = [
    `## ${name}`,
    '',
    result.what,
    '',
    '| figure | value | bar |',
    '| --- | ---: | --- |',
    ...result.figures.map(row),
    '',
    ...(result.note ? [result.note, ''] : []),
    ...(result.missed.length > 0 ? [`Missed: ${result.missed.join('; ')}.`, ''] : []),
    `Measured on ${where}.`,
    '',
  ].join('\n')
  const parts = document.split(/^(?=## )/m)
  const index = parts.findIndex((part) => part.startsWith(`## ${name}\n`))
  if (index === -1) return `${document.trimEnd()}\n\n${section}`
  return parts.map((part, at) => (at === index ? section + (at < parts.length - 1 ? '\n' : '') : part)).join('')
}

function row({ name, value, unit, bar }: Figure): string {
  return `| ${name} | ${readable(value)} ${unit} | ${bar ?? ''} |`
}

function readable(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en')
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
