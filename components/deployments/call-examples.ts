import type { Task } from '#core/estimators/define'
import type { SignatureInput } from '#core/model/signature'

export const languages = ['curl', 'TypeScript', 'Python'] as const
export type Language = (typeof languages)[number]

/** The two ways to ask: our own plain JSON, and the Open Inference Protocol v2. */
export const protocols = ['JSON', 'v2'] as const
export type Protocol = (typeof protocols)[number]

type Example = { record: Record<string, string | number | null>; inputs: readonly SignatureInput[]; task: Task }

const shownChars = 60

/** A record as a caller would send it, made of one training value per column; long texts are cut. */
export function exampleRecord(inputs: readonly SignatureInput[]): Record<string, string | number> {
  return Object.fromEntries(inputs.map(({ name, example }) => [name, typeof example === 'string' ? cut(example) : example]))
}

/** Where a protocol is served for a deployment. */
export function callUrl(gatewayUrl: string, deployment: string, protocol: Protocol): string {
  return protocol === 'JSON' ? `${gatewayUrl}/v1/${deployment}/predict` : `${gatewayUrl}/v2/models/${deployment}/infer`
}

/** How to call a deployment, ready to paste. The key stands in an environment variable. */
export function callExample(language: Language, protocol: Protocol, { url, ...example }: Example & { url: string }): string {
  const body = protocol === 'JSON' ? example.record : inferBody(example)
  const read = readWords(language, protocol, example.task)
  switch (language) {
    case 'curl':
      return [
        `curl ${url} \\`,
        '  -H "Authorization: Bearer $STAGELINE_KEY" \\',
        "  -H 'Content-Type: application/json' \\",
        `  -d ${shellQuoted(JSON.stringify(body))}`,
      ].join('\n')
    case 'TypeScript':
      return [
        `const response = await fetch(${JSON.stringify(url)}, {`,
        "  method: 'POST',",
        "  headers: { authorization: 'Bearer ' + process.env.STAGELINE_KEY, 'content-type': 'application/json' },",
        `  body: JSON.stringify(${JSON.stringify(body)}),`,
        '})',
        read,
      ].join('\n')
    case 'Python':
      return [
        'import json, os, urllib.request',
        '',
        `request = urllib.request.Request(${JSON.stringify(url)}, method="POST",`,
        '    headers={"Authorization": "Bearer " + os.environ["STAGELINE_KEY"], "Content-Type": "application/json"},',
        `    data=json.dumps(${pythonLiteral(body)}).encode())`,
        'answer = json.load(urllib.request.urlopen(request))',
        read,
      ].join('\n')
  }
}

/** One tensor a column, of one record. */
function inferBody({ record, inputs }: Pick<Example, 'record' | 'inputs'>) {
  return {
    inputs: inputs.map(({ name, type }) => ({
      name,
      shape: [1, 1],
      datatype: type === 'number' ? 'FP32' : 'BYTES',
      data: [record[name] ?? null],
    })),
  }
}

function readWords(language: Language, protocol: Protocol, task: Task): string {
  const isNumber = task === 'regression'
  if (protocol === 'JSON') {
    return language === 'TypeScript'
      ? `const { ${isNumber ? 'value, interval' : 'label, confidence'}, id } = await response.json()`
      : `print(${isNumber ? 'answer["value"], answer["interval"]' : 'answer["label"], answer["confidence"]'}, answer["id"])`
  }
  const names = isNumber ? 'value, low, high' : 'label, confidence'
  return language === 'TypeScript'
    ? `const [${names}] = (await response.json()).outputs.map((output) => output.data[0])`
    : 'print({output["name"]: output["data"][0] for output in answer["outputs"]})'
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
function pythonLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${JSON.stringify(name)}: ${pythonLiteral(inner)}`)
      .join(', ')}}`
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value === null ? 'None' : JSON.stringify(value)
}
