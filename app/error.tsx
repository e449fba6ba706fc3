'use client'

import { Failure } from '#components/ui/failure'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  const shown = error.digest ? new Error(`The page could not be made. The server's log has it as ${error.digest}.`) : error
  return (
    <main className="stack-page">
      <Failure title="This page did not load" error={shown} onRetry={reset} />
    </main>
  )
}
