import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { AppError, errorCodes } from '#core/errors/app-error'
import { hashSchema } from '#core/ports/kinds'
import { artifactFileName, artifactType } from '#server/artifacts/file-name'
import { findActor } from '#server/auth/session'
import { webHouse } from '#server/web-house'

type Params = { params: Promise<{ hash: string }> }

/** Downloads an artifact as a file; `?name=` says what it should be called, the ending follows from what it holds. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const house = webHouse()
  if (!(await findActor(house, request.headers))) return refuse(new AppError('not_signed_in'))
  const hash = hashSchema.safeParse((await params).hash)
  if (!hash.success) return refuse(new AppError('not_found', { detail: 'There is no such artifact.' }))
  try {
    const file = await house.artifacts.path(hash.data)
    const type = await artifactType(file)
    const name = artifactFileName(new URL(request.url).searchParams.get('name'), hash.data, type)
    // The same object under two names: Node's stream type and the web's.
    return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, {
      headers: {
        'content-type': type.mime,
        'content-length': String(await house.artifacts.size(hash.data)),
        'content-disposition': `attachment; filename="${name}"`,
        // The address names the bytes: they never change.
        'cache-control': 'private, max-age=31536000, immutable',
        etag: `"${hash.data}"`,
        'x-content-type-options': 'nosniff',
      },
    })
  } catch (error) {
    if (error instanceof AppError) return refuse(error)
    throw error
  }
}

function refuse(error: AppError): Response {
  return Response.json({ error: error.message }, { status: errorCodes[error.code].status })
}

export const dynamic = 'force-dynamic'
