'use client'

import type { ReactNode } from 'react'
import { Button } from './button'
import { StatusIcon } from './status'

/** The sentence of whatever was thrown: AppErrors arrive with their own words. */
export function errorSentence(error: unknown): string {
  if (error instanceof Error) {
    if (error.message === 'Failed to fetch') return 'The server does not answer. Check that it runs; this page tries again by itself.'
    return error.message
  }
  return 'Something went wrong that we did not foresee.'
}

/** An error where a panel should be: what happened, and the way on. */
export function Failure({
  title,
  error,
  onRetry,
  children,
}: {
  title: string
  error: unknown
  onRetry?: () => void
  children?: ReactNode
}) {
  return (
    <div className="empty" role="alert">
      <div className="row justify-center">
        <StatusIcon status="failed" />
        <h3>{title}</h3>
      </div>
      <p>{errorSentence(error)}</p>
      <div className="row">
        {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
        {children}
      </div>
    </div>
  )
}
