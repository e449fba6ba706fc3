import type { Metadata } from 'next'
import { KeyUsagePage } from '#components/deployments/key-usage-page'

export const metadata: Metadata = { title: 'API key' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <KeyUsagePage id={(await params).id} />
}
