import type { Metadata } from 'next'
import { CompareExperimentsPage } from '#components/experiments/compare-experiments-page'

export const metadata: Metadata = { title: 'Compare experiments' }

export default function Page() {
  return <CompareExperimentsPage />
}
