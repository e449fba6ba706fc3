import { AppError, errorCodes } from '#core/errors/app-error'
import { findActor } from '#server/auth/session'
import { readEdgeFile } from '#server/edge/read-edge'
import { webHouse } from '#server/web-house'

type Params = { params: Promise<{ deployment: string; file: string[] }> }

/** The files of a published edge bundle, as they would lie on any web server; `bundle.zip` is all of them. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const house = webHouse()
  if (!(await findActor(house, request.headers))) return refuse(new AppError('not_signed_in'))
  const { deployment, file } = await params
  try {
    const { bytes, type, download } = await readEdgeFile(house, { deployment, name: file.join('/') })
    // Node's bytes are never shared memory here, which is all that the web's type asks.
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: {
        'content-type': type,
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *",
        ...(download === null ? {} : { 'content-disposition': `attachment; filename="${download}"` }),
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
