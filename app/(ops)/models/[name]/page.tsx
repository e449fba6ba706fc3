import type { Metadata } from 'next'
import { ModelPage } from '#components/models/model-page'

type Props = { params: Promise<{ name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) }
}

export default async function Page({ params }: Props) {
  return <ModelPage name={decodeURIComponent((await params).name)} />
}
