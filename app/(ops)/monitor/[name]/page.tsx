import type { Metadata } from 'next'
import { MonitorPage } from '#components/monitor/monitor-page'

type Props = { params: Promise<{ name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Monitor ${decodeURIComponent((await params).name)}` }
}

export default async function Page({ params }: Props) {
  return <MonitorPage name={decodeURIComponent((await params).name)} />
}
