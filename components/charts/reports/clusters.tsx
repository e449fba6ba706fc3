'use client'

import { useState } from 'react'
import { Card } from '#components/ui/card'
import type { ClustersReport } from '#core/reports/clusters'
import { formatNumber, formatScore, formatValue, plural } from '#core/words/format'
import { ClusterPicture } from '../cluster-picture'
import { FigureTile } from '../figure-tile'
import { Notes } from '../notes'
import { type PreparedCluster, prepareClusters } from '../prepare-clusters.ts'
import { RowRecord, RowText } from './row-record'

/** Groups of similar rows: how many and how tight, a picture, and what is typical of each. */
export function ClustersView({ report }: { report: ClustersReport }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [open, setOpen] = useState<number | null>(null)
  const clusters = prepareClusters(report)
  const shown = clusters.find(({ name }) => name === chosen) ?? clusters[0]
  return (
    <div className="col gap-3">
      <Figures report={report} />
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 340px), 1fr))' }}>
        <Card title="Clusters" note="by rows, with the silhouette of each; choose one">
          <Sizes clusters={clusters} shown={shown?.name ?? null} onChoose={setChosen} />
        </Card>
        <Card title="Picture" note={`${plural(report.picture.points.length, 'row')} of ${formatNumber(report.rows)}`}>
          <ClusterPicture report={report} chosen={chosen} />
        </Card>
      </div>
      {shown ? (
        <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 340px), 1fr))' }}>
          <Card title={`Typical of cluster ${shown.name}`} note="against all rows, in standard deviations">
            <Traits cluster={shown} />
          </Card>
          <Card title={`Rows in the middle of cluster ${shown.name}`} note={`of ${plural(shown.rows, 'row')}`}>
            <ul>
              {shown.nearest.map(({ row, text }) => (
                <li key={row} className="row sm" style={{ minHeight: 26 }}>
                  <span className="num mono t3" style={{ width: 56 }}>
                    {formatNumber(row + 1)}
                  </span>
                  <span className="min-w-0 grow" title={text}>
                    <RowText row={row} text={text} onOpen={setOpen} />
                  </span>
                </li>
              ))}
            </ul>
          </Card>
        </div>
      ) : null}
      <Notes title="Notes" notes={report.notes} />
      <RowRecord table={report.table} row={open} onClose={() => setOpen(null)} />
    </div>
  )
}

function Figures({ report: { rows, terms, silhouette, inertia, clusters, parity } }: { report: ClustersReport }) {
  const held = clusters.filter((cluster) => cluster.rows > 0)
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile label="Clusters" value={formatNumber(held.length)} sub={`of ${plural(rows, 'row')}, by ${plural(terms, 'feature')}`} />
      <FigureTile
        label="Silhouette"
        value={silhouette ? formatScore(silhouette.value) : '–'}
        sub={silhouette ? `1 is best, 0 is no clusters; on ${plural(silhouette.rows, 'row')}` : 'needs two clusters with rows'}
      />
      <FigureTile label="Inertia" value={formatValue(inertia)} sub="squared distances to the middles, summed" />
      <FigureTile
        label="Same in both runtimes"
        value={parity ? Math.max(parity.native, parity.web).toExponential(0) : '–'}
        sub={parity ? `largest difference on ${plural(parity.rows, 'row')}` : 'not compared'}
      />
    </div>
  )
}

function Sizes({
  clusters,
  shown,
  onChoose,
}: {
  clusters: readonly PreparedCluster[]
  shown: string | null
  onChoose(name: string | null): void
}) {
  return (
    <ul style={{ maxHeight: 360, overflowY: 'auto' }}>
      {clusters.map((cluster) => (
        <li key={cluster.name}>
          <button
            type="button"
            className="row sm w-full cursor-pointer text-left"
            style={{ minHeight: 44, background: cluster.name === shown ? 'var(--bg-active)' : undefined }}
            aria-pressed={cluster.name === shown}
            onClick={() => onChoose(cluster.name)}
          >
            <i className="dot" style={{ background: cluster.colour }} />
            <span className="num semi" style={{ width: 28 }}>
              {cluster.name}
            </span>
            <span className="grow" style={{ minWidth: 0 }}>
              <span className="trunc block" title={cluster.summary}>
                {cluster.summary}
              </span>
              <span className="row">
                <span className="meter grow" style={{ ['--c' as string]: cluster.colour }} aria-hidden>
                  <i style={{ width: `${cluster.width * 100}%` }} />
                </span>
                <span className="num t2" style={{ width: 120 }}>{`${formatNumber(cluster.rows)}, ${cluster.share}`}</span>
                <span className="num t2" style={{ width: 40 }} title="Silhouette of the cluster">
                  {cluster.silhouette}
                </span>
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Traits({ cluster }: { cluster: PreparedCluster }) {
  if (cluster.traits.length === 0) return <p className="sm t3">{cluster.summary}</p>
  return (
    <ul className="col gap-1">
      {cluster.traits.map((trait) => (
        <li key={trait.feature} className="sm">
          <span className="row">
            <span className="mono trunc grow" title={trait.feature}>
              {trait.feature}
            </span>
            <span
              className="meter"
              style={{ ['--c' as string]: trait.isAbove ? 'var(--series-1)' : 'var(--series-2)', width: 96 }}
              aria-hidden
            >
              <i style={{ width: `${trait.share * 100}%` }} />
            </span>
            <span className="num t2" style={{ width: 40 }}>
              {trait.deviations}
            </span>
          </span>
          <span className="t3">{trait.words}</span>
        </li>
      ))}
    </ul>
  )
}
