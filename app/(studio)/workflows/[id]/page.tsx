import type { Metadata } from 'next'
import { Suspense } from 'react'
import { z } from 'zod'
import { BuilderPage } from '#components/canvas/builder-page'
import { getWorkflow } from '#db/queries/workflows'
import { webHouse } from '#server/web-house'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params
  if (!z.uuid().safeParse(id).success) return { title: 'No such workflow' }
  const workflow = await getWorkflow(webHouse().db, id).catch(() => null)
  return { title: workflow?.name ?? 'No such workflow' }
}

export default async function Page({ params }: Props) {
  const { id } = await params
  return (
    <Suspense>
      <BuilderPage id={id} />
    </Suspense>
  )
}
