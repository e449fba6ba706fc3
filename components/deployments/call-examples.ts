import type { Task } from '#core/estimators/define'
import type { SignatureInput } from '#core/model/signature'

export const languages = ['curl', 'TypeScript', 'Python'] as const
export type Language = (typeof languages)[number]

const shownChars = 60

/** A record as a caller would send it, made of one training value per column; long texts are cut. */
export function exampleRecord(inputs: readonly SignatureInput[]): Record<string, string | number> {
  return Object.fromEntries(inputs.map(({ name, example }) => [name, typeof example === 'string' ? cut(example) : example]))
}

/** How to call a deployment, ready to paste. The key stands in an environment variable. */
export function callExample(
  language: Language,
  { url, record, task }: { url: string; record: Record<string, unknown>; task: Task },
): string {
  const body = JSON.stringify(record)
  switch (language) {
    case 'curl':
      return [
        `curl ${url} \\`,
        '  -H "Authorization: Bearer $STAGELINE_KEY" \\',
        "  -H 'Content-Type: application/json' \\",
        `  -d ${shellQuoted(body)}`,
      ].join('\n')
    case 'TypeScript':
      return [
        `const response = await fetch(${JSON.stringify(url)}, {`,
        "  method: 'POST',",
        "  headers: { authorization: 'Bearer ' + process.env.STAGELINE_KEY, 'content-type': 'application/json' },",
        `  body: JSON.stringify(${JSON.stringify(record)}),`,
        '})',
        `const { ${task === 'regression' ? 'value, interval' : 'label, confidence'}, id } = await response.json()`,
      ].join('\n')
    case 'Python':
      return [
        'import json, os, urllib.request',
        '',
        `request = urllib.request.Request(${JSON.stringify(url)}, method="POST",`,
        '    headers={"Authorization": "Bearer " + os.environ["STAGELINE_KEY"], "Content-Type": "application/json"},',
        `    data=json.dumps(${pythonLiteral(record)}).encode())`,
        'answer = json.load(urllib.request.urlopen(request))',
        `print(${task === 'regression' ? 'answer["value"], answer["interval"]' : 'answer["label"], answer["confidence"]'}, answer["id"])`,
      ].join('\n')
  }
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const points = [...line]
  return points.length > shownChars ? `${points.slice(0, shownChars).join('')}…` : line
}

/** Single quotes keep everything but themselves. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** JSON is Python but for its three words. */
function pythonLiteral(record: Record<string, unknown>): string {
  const pairs = Object.entries(record).map(([name, value]) => {
    const word = value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : JSON.stringify(value)
    return `${JSON.stringify(name)}: ${word}`
  })
  return `{${pairs.join(', ')}}`
}
