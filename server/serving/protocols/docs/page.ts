import { answersNumber, type SignatureInput } from '#core/model/signature'
import { codeVersion } from '#server/version'
import type { ServedModel } from '../../models/served-model'
import type { LiveRelease } from '../../release-board'
import { maxBodyBytes, maxRecords } from '../check-request'
import { exampleRecord } from '../openapi/schemas'
import { maxReports } from '../reports'
import { maxStreamRecords } from '../stream'
import { datatypeOfInput } from '../tensors/record-tensors'

/** The page without any deployment: what is the same everywhere, and the field for a key. */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Predictions: how to ask for them</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<header>
<h1>Predictions</h1>
<p>Stageline ${escaped(codeVersion)}. <a href="/openapi.json" id="openapi">OpenAPI document</a> (needs a key).</p>
</header>
<main>
<form id="key-form">
<label for="key">API key</label>
<div class="row"><input id="key" name="key" type="password" autocomplete="off" spellcheck="false" placeholder="sl_…" aria-describedby="key-help"><button type="submit">Show deployments</button></div>
<p id="key-help">Kept in this page's memory only: it is gone when the page is closed. Keys are made under Settings, Keys.</p>
</form>
<div id="status" role="status"></div>
<div id="deployments"></div>
<section aria-labelledby="addresses"><h2 id="addresses">Addresses</h2>
<dl>
${addresses.map(([address, what]) => `<dt><code>${escaped(address)}</code></dt><dd>${escaped(what)}</dd>`).join('\n')}
</dl></section>
<section aria-labelledby="errors"><h2 id="errors">Errors</h2>
<p>Every refusal has a sentence that says what is wrong, where, and what to do: <code>{"error": {"code", "message", "field", "record"}}</code>; below /v2 it is <code>{"error": "…"}</code>, for invocations <code>{"error_code", "message"}</code>.</p>
<dl>
${statuses.map(([status, what]) => `<dt>${status}</dt><dd>${escaped(what)}</dd>`).join('\n')}
</dl></section>
</main>
<script type="module" src="/docs/try-it.mjs"></script>
</body>
</html>
`
}

/** What a key may see, as a piece of the page. */
export function deploymentSections(releases: readonly LiveRelease[], { url }: { url: string }): string {
  if (releases.length === 0) return '<p>Nothing is deployed yet that this key may see. A lead deploys a version under Models.</p>'
  return releases.flatMap((release) => (release.models[0] ? [section(release, release.models[0], url)] : [])).join('\n')
}

const addresses: [string, string][] = [
  [
    'POST /v1/{deployment}/predict',
    `Records as JSON objects, up to ${maxRecords.toLocaleString('en')} or ${maxBodyBytes / 1024 / 1024} MB at once.`,
  ],
  [
    'POST /v1/{deployment}/predict, Accept: text/event-stream',
    `Long batches of up to ${maxStreamRecords.toLocaleString('en')} records, answered as a stream of events.`,
  ],
  ['POST /v2/models/{deployment}/infer', 'The Open Inference Protocol v2: metadata, ready, live, versions, JSON and binary tensors.'],
  ['POST /v1/{deployment}/invocations', 'MLflow: dataframe_split, dataframe_records, instances, inputs, or CSV.'],
  ['POST /v1/{deployment}/outcomes', `What turned out true, by prediction id; up to ${maxReports.toLocaleString('en')} at once.`],
  ['POST /v1/{deployment}/edge-predictions', 'Predictions that a model answered elsewhere.'],
  ['GET /v1/{deployment}', 'What a deployment reads and answers, and which versions serve it.'],
]

const statuses: [number, string][] = [
  [400, 'The request cannot be read.'],
  [401, 'The key is missing, unknown, expired or revoked.'],
  [403, 'The key may not do this here.'],
  [404, 'There is no such deployment, version or address.'],
  [413, 'More records or bytes than one request may hold.'],
  [422, 'The input does not fit the model (400 below /v2 and for invocations).'],
  [429, 'Too many requests, or the quota of the day is spent. Retry-After says when to come back.'],
  [503, 'Too much to do at the moment. Retry-After says when to come back.'],
]

function section({ deployment, number, models, weights }: LiveRelease, model: ServedModel, url: string): string {
  const { signature, classes } = model
  const record = JSON.stringify(exampleRecord(signature))
  const routes = models.map(({ version }, i) => `v${version} ${weights[i] ?? 0} %`).join(', ')
  const answers = answersNumber(signature)
    ? `a number, <b>${escaped(signature.target)}</b>, with the interval that holds the right answer in most cases`
    : `one of ${classes.length} classes: ${classes
        .slice(0, 12)
        .map((name) => `<code>${escaped(name)}</code>`)
        .join(', ')}${classes.length > 12 ? ' …' : ''}`
  const tensors = JSON.stringify({
    inputs: signature.inputs.map((input) => ({ name: input.name, shape: [1], datatype: datatypeOfInput(input), data: [input.example] })),
  })
  return `<section class="deployment" aria-labelledby="d-${deployment}" data-deployment="${deployment}">
<h2 id="d-${deployment}">${deployment}</h2>
<p>${escaped(model.model)}, release ${number} (${routes}). Answers ${answers}. <a href="/v1/${deployment}/openapi.json" data-openapi>OpenAPI</a></p>
<h3>What it reads</h3>
<div class="scroll"><table><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Example</th></tr></thead>
<tbody>${signature.inputs.map(inputRow).join('')}</tbody></table></div>
<h3>Try it</h3>
<form data-try>
<label for="r-${deployment}">Record</label>
<textarea id="r-${deployment}" rows="${Math.min(10, signature.inputs.length + 2)}" spellcheck="false">${escaped(JSON.stringify(exampleRecord(signature), null, 2))}</textarea>
<button type="submit">Predict</button> <span class="quiet">Marked as test traffic.</span>
<pre data-answer hidden tabindex="0" aria-label="Answer"></pre>
</form>
<details><summary>Lines for the shell</summary>
${shellLine('Plain', curl(`${url}/v1/${deployment}/predict`, record))}
${shellLine('Open Inference Protocol v2', curl(`${url}/v2/models/${deployment}/infer`, tensors))}
${shellLine('MLflow', curl(`${url}/v1/${deployment}/invocations`, `{"dataframe_records": [${record}]}`))}
</details>
</section>`
}

function inputRow(input: SignatureInput): string {
  const type =
    input.format === 'moment'
      ? 'date'
      : input.separator === undefined
        ? input.type
        : `list, separated by ${JSON.stringify(input.separator)}`
  return `<tr><th scope="row"><code>${escaped(input.name)}</code></th><td>${escaped(type)}</td><td>${escaped(shorter(String(input.example)))}</td></tr>`
}

function shellLine(title: string, line: string): string {
  return `<h4>${title}</h4><pre tabindex="0" aria-label="${title}">${escaped(line)}</pre>`
}

function curl(url: string, body: string): string {
  return `curl ${url} \\\n  -H "Authorization: Bearer $STAGELINE_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '${body.replaceAll("'", "'\\''")}'`
}

function shorter(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
