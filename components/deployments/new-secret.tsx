import { Button } from '#components/ui/button'
import { CopyButton } from '#components/ui/copy'

/** The secret of a new key, the only time that it is seen. */
export function NewSecret({ secret, onClose }: { secret: string; onClose(): void }) {
  return (
    <div className="col gap-3!">
      <div className="row">
        <code className="code grow" data-testid="new-key">
          {secret}
        </code>
        <CopyButton text={secret} label="Copy the key" />
      </div>
      <div className="row justify-end">
        <Button kind="primary" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </div>
  )
}
