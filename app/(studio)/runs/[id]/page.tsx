import type { Metadata } from 'next'
import { RunPage } from '#components/runs/run-page'

export const metadata: Metadata = { title: 'Run' }

type Props = { params: Promise<{ id: string }> }

export default async function Page({ params }: Props) {
  return <RunPage id={(await params).id} />
}
