import type { Metadata } from 'next'
import { DataSetPage } from '#components/data/data-set-page'

export const metadata: Metadata = { title: 'Data set' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <DataSetPage id={(await params).id} />
}
