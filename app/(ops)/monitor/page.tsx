import type { Metadata } from 'next'
import { MonitorList } from '#components/monitor/monitor-list'

export const metadata: Metadata = { title: 'Monitor' }

export default function Page() {
  return <MonitorList />
}
