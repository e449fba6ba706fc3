// The page's own script: asks for the deployments with the key, and sends records. The key stays in this variable.
let key = ''

const find = (selector, within = document) => within.querySelector(selector)
const status = find('#status')
const deployments = find('#deployments')

find('#key-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  key = find('#key').value.trim()
  say('Looking …')
  const { ok, text } = await ask('/docs/deployments')
  say(ok ? '' : sentence(text))
  // The gateway's own text, with every name in it escaped.
  deployments.innerHTML = ok ? text : ''
})

deployments.addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  const answer = find('[data-answer]', form)
  const { deployment } = form.closest('[data-deployment]').dataset
  answer.hidden = false
  answer.textContent = '…'
  const { status: code, text } = await ask(`/v1/${deployment}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stageline-test': '1' },
    body: find('textarea', form).value,
  })
  answer.textContent = `${code}\n${pretty(text)}`
})

// Links to documents that need the key are fetched with it and saved.
document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('#openapi, [data-openapi]')
  if (!link) return
  event.preventDefault()
  const { ok, text } = await ask(link.getAttribute('href'))
  if (!ok) return say(sentence(text))
  const url = URL.createObjectURL(new Blob([pretty(text)], { type: 'application/json' }))
  const save = Object.assign(document.createElement('a'), { href: url, download: 'openapi.json' })
  save.click()
  URL.revokeObjectURL(url)
})

async function ask(path, { headers = {}, ...init } = {}) {
  try {
    const response = await fetch(path, { ...init, headers: { ...headers, ...(key ? { authorization: `Bearer ${key}` } : {}) } })
    return { ok: response.ok, status: `${response.status} ${response.statusText}`, text: await response.text() }
  } catch (error) {
    return { ok: false, status: 'No answer', text: `The gateway does not answer: ${error.message}` }
  }
}

function say(text) {
  status.textContent = text
}

function sentence(text) {
  try {
    return JSON.parse(text).error.message
  } catch {
    return text
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
