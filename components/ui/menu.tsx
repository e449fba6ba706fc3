'use client'

import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

/** A menu that hangs from its trigger. */
export function Menu({ trigger, align = 'start', children }: { trigger: ReactElement; align?: 'start' | 'end'; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="popover" align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** One entry. With `refusal` it is off and says why below its words. */
export function MenuItem({
  icon,
  end,
  refusal,
  danger,
  onSelect,
  children,
}: {
  icon?: ReactNode
  end?: ReactNode
  refusal?: string | null
  danger?: boolean
  onSelect(): void
  children: ReactNode
}) {
  return (
    <DropdownMenu.Item disabled={Boolean(refusal)} onSelect={onSelect} style={danger ? { color: 'var(--st-failed)' } : undefined}>
      {icon}
      <span className="grow">
        {children}
        {refusal ? <span className="sm t3 block max-w-60">{refusal}</span> : null}
      </span>
      {end ? <span className="t3 sm">{end}</span> : null}
    </DropdownMenu.Item>
  )
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="sep" />
}
