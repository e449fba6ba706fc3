import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import { emptyPlan } from '#core/ports/plan'
import { defineRun } from '../define'
import { fetchFile, isPrivate } from './fetch-file'
import { url } from './spec'

export const run = defineRun(url, async ({ params, ctx }) => {
  const { url: address, secret, maxMb, timeoutSeconds } = params
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new AppError('bad_params', {
      detail: `"${address}" is no web address; it must start with https:// or http://.`,
      hint: { param: 'url' },
    })
  }
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
  const file = path.join(ctx.scratch, 'download')
  const { bytes, name } = await fetchFile(address, {
    to: file,
    ...(secret !== '' && { authorization: await ctx.secret(secret) }),
    maxBytes: maxMb * 2 ** 20,
    isForbidden: ctx.settings.privateUrls ? () => false : isPrivate,
    signal: AbortSignal.any([ctx.signal, timeout]),
    onBytes: (done, total) => ctx.progress(done, total, 'downloading'),
  }).catch((cause: unknown) => {
    if (!timeout.aborted || ctx.signal.aborted) throw cause
    throw new AppError('timed_out', {
      detail: `The download took longer than ${timeoutSeconds} s. Raise the longest wait, or bring a smaller file.`,
      hint: { param: 'timeoutSeconds' },
      cause,
    })
  })
  ctx.log('info', `${bytes} bytes from ${new URL(address).host}.`)
  const loaded = await ctx.tables.load(file, { name })
  const { read, kept, refused } = loaded.report
  const report = await ctx.report(`How ${name} was loaded`, loaded.report, [
    { name: 'rows read', value: read },
    { name: 'rows kept', value: kept },
    { name: 'rows refused', value: refused },
  ])
  ctx.figure({ value: loaded.table.rows, label: 'rows' })
  return { table: { kind: 'table', ...loaded.table, plan: emptyPlan }, report }
})
