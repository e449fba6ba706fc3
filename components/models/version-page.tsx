'use client'

import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useTRPC } from '#components/api/client'
import { ReportView } from '#components/charts/report-view'
import { Page, PageHead } from '#components/shell/page'
import { Empty, Skeleton, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { Ago } from '#components/ui/time'
import { learnsFromAnswers } from '#core/estimators/estimators'
import { answersNumber } from '#core/model/signature'
import { formatBytes, formatNumber, plural } from '#core/words/format'
import { AliasBadge } from './alias-badge'
import { AliasMenu } from './alias-menu'
import { DeployVersion } from './deploy-version'
import { ParamsCard, SignatureCard } from './facts-cards'
import { LineageCard } from './lineage-card'
import { MakeSmaller } from './make-smaller'
import { ReferenceCard } from './reference-card'
import { SmallerCard } from './smaller-figures'
import { TryIt } from './try-it'
import type { Version } from './version-types.ts'

/** The card of one model version: try it, what it is, how good it is, where it came from. */
export function VersionPage({ name, number }: { name: string; number: number }) {
  const trpc = useTRPC()
  const version = useQuery(trpc.models.version.queryOptions({ name, number }))
  return (
    <Page
      crumbs={[{ label: 'Models', href: '/models' }, { label: name, href: `/models/${name}` }, { label: `v${number}` }]}
      actions={version.data ? <Actions version={version.data} /> : null}
    >
      <PageHead
        title={`${name} v${number}`}
        badges={
          <>
            {version.data?.served.map(({ deployment, weight }) => (
              <Link key={deployment} className="live" href={`/deployments/${deployment}`}>
                {deployment}
                {weight < 100 ? `, ${weight} %` : ''}
              </Link>
            ))}
            {version.data?.aliases.map((alias) => (
              <AliasBadge key={alias} alias={alias} />
            ))}
          </>
        }
        note={version.data ? <Note version={version.data} /> : undefined}
      />
      {version.isError ? <Failure title="The version did not load" error={version.error} onRetry={() => version.refetch()} /> : null}
      {version.isPending ? <Loading /> : null}
      {version.data ? <Body version={version.data} /> : null}
    </Page>
  )
}

function Actions({ version }: { version: Version }) {
  return (
    <>
      <a className="btn hide-s" href={`/api/artifacts/${version.artifact}?name=${version.model}-v${version.number}.onnx`} download>
        <Download className="i s" aria-hidden /> Download .onnx <span className="forecast">{formatBytes(version.bytes)}</span>
      </a>
      <MakeSmaller version={version} />
      <AliasMenu version={version} />
      <DeployVersion version={version} />
    </>
  )
}

function Note({ version }: { version: Version }) {
  return (
    <>
      {version.estimator}, {answersWords(version)}, {trainedWords(version)}, registered <Ago at={version.createdAt} />
      {version.by ? ` by ${version.by}` : ''}
      {version.description ? `. ${version.description}` : ''}
    </>
  )
}

const isRecommender = ({ recipe }: Version) => recipe?.estimator.kind === 'recommender'

function answersWords(version: Version): string {
  if (answersNumber(version.signature)) return 'answers a number'
  return isRecommender(version) ? plural(version.classes.length, 'item') : plural(version.classes.length, 'class', 'classes')
}

function trainedWords(version: Version): string {
  if (isRecommender(version)) return plural(version.rows, 'user')
  return `${formatNumber(version.rows)} ${version.origin ? 'sample' : 'training'} rows`
}

function Body({ version }: { version: Version }) {
  return (
    <div className="col gap-3">
      <div className="grid items-start" style={{ gridTemplateColumns: 'minmax(0, 1.1fr) minmax(0, 1fr)' }}>
        <TryIt version={version} />
        <div className="col gap-3">
          <SignatureCard version={version} />
          <LineageCard version={version} />
          <SmallerCard version={version} />
        </div>
      </div>
      <Evaluation version={version} />
      <div className="grid items-start" style={{ gridTemplateColumns: 'minmax(0, 1.1fr) minmax(0, 1fr)' }}>
        <ReferenceCard
          reference={version.reference}
          isImported={version.origin !== null}
          isUnlabelled={version.recipe !== null && !learnsFromAnswers(version.recipe.estimator.kind)}
        />
        <ParamsCard version={version} />
      </div>
    </div>
  )
}

function Evaluation({ version }: { version: Version }) {
  const trpc = useTRPC()
  const report = useQuery({ ...trpc.ports.report.queryOptions({ artifact: version.report ?? '' }), enabled: version.report !== null })
  if (version.report === null) {
    return (
      <section className="card">
        <Empty title="Not evaluated before it was registered">
          Join an Evaluate stage to the report port of Register, and the next version has its figures here.
        </Empty>
      </section>
    )
  }
  return (
    <section aria-labelledby="evaluation">
      <h2 id="evaluation" className="semi mb-2 text-[14px]">
        Evaluation
      </h2>
      {report.isPending ? <SkeletonRows rows={8} /> : null}
      {report.isError ? <Failure title="The evaluation did not load" error={report.error} onRetry={() => report.refetch()} /> : null}
      {report.data ? <ReportView report={report.data} /> : null}
    </section>
  )
}

function Loading() {
  return (
    <div className="col gap-3" role="status" aria-label="Loading">
      <div className="grid" style={{ gridTemplateColumns: 'minmax(0, 1.1fr) minmax(0, 1fr)' }}>
        <Skeleton height={360} />
        <Skeleton height={360} />
      </div>
      <Skeleton height={320} />
    </div>
  )
}
