import type { Metadata } from 'next'
import { DeploymentPage } from '#components/deployments/deployment-page'

type Props = { params: Promise<{ name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) }
}

export default async function Page({ params }: Props) {
  return <DeploymentPage name={decodeURIComponent((await params).name)} />
}
