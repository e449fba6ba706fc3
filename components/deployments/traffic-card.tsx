'use client'

import { ArrowUp } from 'lucide-react'
import { useId, useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { TextInput } from '#components/ui/field'
import type { DeploymentView } from '#server/releases/views'
import { ShareSlider } from './share-slider'
import { TrafficPicture } from './traffic-picture'
import { useRelease } from './use-release.ts'

/** Where the traffic goes, and the slider that splits it. Nothing moves before Apply. */
export function TrafficCard({ deployment }: { deployment: DeploymentView }) {
  const refusal = useRefusal('lead')
  const { setShare, promote } = useRelease(deployment.name)
  const [draft, setDraft] = useState<number | null>(null)
  const fieldId = useId()
  const [champion, challenger] = deployment.arms
  const live = challenger?.weight ?? 0
  const share = draft ?? live
  const isBusy = setShare.isPending || promote.isPending
  const change = { deployment: deployment.name, expected: deployment.release.number }
  const settled = { onSuccess: () => setDraft(null) }
  return (
    <Card
      title="Traffic"
      note={`last ${deployment.windowMinutes} minutes, test traffic included`}
      className="flex flex-col"
      bodyClassName="flex flex-1 flex-col justify-between gap-3"
      end={
        challenger ? (
          <Button
            size="sm"
            icon={<ArrowUp className="i s" aria-hidden />}
            refusal={refusal}
            busy={isBusy}
            onClick={() => promote.mutate(change, settled)}
          >
            Promote v{challenger.version}
          </Button>
        ) : null
      }
    >
      <TrafficPicture arms={deployment.arms} share={challenger ? share : null} onShare={challenger && !refusal ? setDraft : null} />
      {challenger && champion ? (
        <div className="row wide flex-wrap">
          <label className="sm t2 nowrap" htmlFor={fieldId}>
            Share for v{challenger.version}
          </label>
          <ShareSlider
            value={share}
            live={live}
            label={`Share for challenger v${challenger.version}`}
            disabled={Boolean(refusal) || isBusy}
            onChange={setDraft}
          />
          <TextInput
            id={fieldId}
            className="num w-[72px]"
            unit="%"
            inputMode="numeric"
            value={share}
            disabled={Boolean(refusal)}
            onChange={(event) => {
              const typed = Number(event.target.value)
              if (Number.isInteger(typed) && typed >= 0 && typed <= 100) setDraft(typed)
            }}
          />
          <Button
            refusal={refusal ?? (share === live ? `v${challenger.version} already has ${live} %. Move the slider first.` : null)}
            busy={isBusy}
            onClick={() => setShare.mutate({ ...change, share }, settled)}
          >
            {applyWords(share, live, champion.version, challenger.version)}
          </Button>
        </div>
      ) : (
        <p className="sm t2">
          {champion ? `v${champion.version} takes all traffic. ` : ''}Deploy another version with a share below 100 % to split it between
          two.
        </p>
      )}
    </Card>
  )
}

function applyWords(share: number, live: number, champion: number, challenger: number): string {
  if (share === live) return 'Apply'
  if (share === 0) return `End the split with v${champion}`
  return share === 100 ? `Promote v${challenger}` : `Apply ${share} %`
}
