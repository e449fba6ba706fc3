'use client'

import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export type Tab = { value: string; label: ReactNode; count?: number | undefined; content: ReactNode }

/** Tabs with their panels. Pass `value` and `onChange` to control them. */
export function Tabs({
  tabs,
  value,
  onChange,
  end,
  label,
}: {
  tabs: readonly Tab[]
  value?: string
  onChange?: (value: string) => void
  end?: ReactNode
  label: string
}) {
  const control = value === undefined ? { defaultValue: tabs[0]?.value ?? '' } : { value }
  return (
    <Radix.Root {...control} {...(onChange ? { onValueChange: onChange } : {})} className="flex min-h-0 flex-1 flex-col">
      <Radix.List className="tabs" aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value}>
            {tab.label}
            {tab.count === undefined ? null : <span className="count">{tab.count}</span>}
          </Radix.Trigger>
        ))}
        {end}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 overflow-auto outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
