import { Database, FileText, PackagePlus, Play, Tag } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card } from '#components/ui/card'
import { CopyButton } from '#components/ui/copy'
import { Link } from '#components/ui/link'
import type { Version } from './version-types.ts'

/** Where it came from, with links: enough to train it again and compare hashes. */
export function LineageCard({ version }: { version: Version }) {
  const { lineage, artifact, model, number, origin } = version
  const verify = `npx stageline verify ${model}@${number}`
  return (
    <Card title="Lineage" note={origin ? 'enough to wrap it again' : 'enough to train it again'}>
      <dl className="col gap-2">
        {lineage.workflowId ? (
          <Line icon={<Play className="i s" aria-hidden />} label="Run">
            <Link className="underline" href={`/workflows/${lineage.workflowId}`}>
              {lineage.workflowName}
            </Link>
            {lineage.runId ? (
              <>
                ,{' '}
                <Link className="underline" href={`/runs/${lineage.runId}`}>
                  run {lineage.runNumber ?? lineage.runId.slice(0, 8)}
                </Link>
              </>
            ) : null}
            <span className="t3">
              {' '}
              on version {lineage.workflowVersion}, stage {lineage.stageId}
            </span>
          </Line>
        ) : null}
        {lineage.dataSets.map((set) => (
          <Line key={`${set.name} ${set.artifact}`} icon={<Database className="i s" aria-hidden />} label="Data">
            {set.dataSetId ? (
              <Link className="underline" href={`/data/${set.dataSetId}`}>
                {set.name}
              </Link>
            ) : (
              set.name
            )}
            <span className="t3">
              {' '}
              version {set.version}, <Hash value={set.artifact} />
            </span>
          </Line>
        ))}
        {origin ? (
          <Line icon={<PackagePlus className="i s" aria-hidden />} label="From">
            <a className="underline" href={`/api/artifacts/${origin.file}?name=${encodeURIComponent(origin.name)}`} download>
              {origin.name}
            </a>
            <span className="t3">
              {' '}
              {[origin.producer, origin.opset === null ? '' : `opset ${origin.opset}`].filter(Boolean).join(', ')}
            </span>
          </Line>
        ) : null}
        <Line icon={<FileText className="i s" aria-hidden />} label="File">
          <Hash value={artifact} /> <CopyButton text={artifact} label="Copy the hash of the model file" />
        </Line>
        <Line icon={<Tag className="i s" aria-hidden />} label="Code">
          Stageline {lineage.codeVersion}
        </Line>
      </dl>
      <p className="sm t3 mt-2">
        {origin ? 'Wraps the imported file again and compares hashes:' : 'Trains it again from stored artifacts and compares hashes:'}
      </p>
      <p className="row tight">
        <code className="mono">{verify}</code> <CopyButton text={verify} />
      </p>
    </Card>
  )
}

function Line({ icon, label, children }: { icon: ReactNode; label: string; children: ReactNode }) {
  return (
    <div className="row items-center!">
      <dt className="row tight t2 w-16 flex-none">
        {icon}
        {label}
      </dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}

function Hash({ value }: { value: string }) {
  return (
    <span className="mono" title={value}>
      {value.slice(0, 12)}
    </span>
  )
}
