'use client'

import NextLink from 'next/link'
import { useRouter } from 'next/navigation'
import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<typeof NextLink>, 'href' | 'prefetch'> & { href: string }

/**
 * A link whose page is fetched once somebody points at it. Next would fetch every page that a visible link leads to, which
 * on a canvas or a long list is work for dozens of pages that nobody opens.
 */
export function Link({ href, onPointerEnter, onFocus, ...rest }: Props) {
  const router = useRouter()
  return (
    <NextLink
      href={href}
      prefetch={false}
      onPointerEnter={(event) => {
        onPointerEnter?.(event)
        router.prefetch(href)
      }}
      onFocus={(event) => {
        onFocus?.(event)
        router.prefetch(href)
      }}
      {...rest}
    />
  )
}
