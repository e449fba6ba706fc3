import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { AppError, errorCodes, toErrorRecord } from '#core/errors/app-error'
import { hasRole } from '#core/people/roles'
import { findActor, isSameOrigin } from '#server/auth/session'
import { keepModelFile } from '#server/data/keep-model-file'
import { keepUpload } from '#server/data/keep-upload'
import { webHouse } from '#server/web-house'

/** Takes one file as the raw body: `PUT /api/uploads?name=tickets.csv[&dataSet=<id>]`, or a model: `?name=churn.onnx&as=model`. */
export async function PUT(request: Request): Promise<Response> {
  const house = webHouse()
  try {
    if (!isSameOrigin(request.headers)) throw new AppError('forbidden', { detail: 'This request comes from another site and was refused.' })
    const actor = await findActor(house, request.headers)
    if (!actor) throw new AppError('not_signed_in')
    if (!hasRole(actor.role, 'analyst'))
      throw new AppError('forbidden', { detail: `Your role is ${actor.role}; uploading needs analyst or above.` })
    const { searchParams } = new URL(request.url)
    if (!request.body) throw new AppError('bad_file', { detail: 'The request has no body. Send the file as the body.' })
    const sent = {
      // The same object under two names: the web's stream type and Node's.
      stream: Readable.fromWeb(request.body as ReadableStream),
      fileName: searchParams.get('name') ?? 'upload',
      length: Number(request.headers.get('content-length') ?? 0),
      actor,
    }
    if (searchParams.get('as') === 'model') return Response.json(await keepModelFile(house, sent))
    return Response.json(await keepUpload(house, { ...sent, dataSetId: searchParams.get('dataSet') ?? undefined }))
  } catch (error) {
    const bugId = crypto.randomUUID().slice(0, 8)
    const record = toErrorRecord(error, bugId)
    if (record.code === 'bug') house.log.error({ err: error, bugId }, 'an upload failed')
    return Response.json({ error: record.message }, { status: errorCodes[record.code].status })
  }
}

export const dynamic = 'force-dynamic'
