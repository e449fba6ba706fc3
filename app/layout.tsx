import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { ApiProvider } from '#components/api/client'
import { Theme } from '#components/shell/theme'
import { Toasts } from '#components/ui/toasts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Stageline', template: '%s · Stageline' },
  description: 'An assembly line for intelligence',
}
export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? ''
  return (
    <html lang="en" suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <Theme nonce={nonce}>
          <ApiProvider>{children}</ApiProvider>
          <Toasts />
        </Theme>
      </body>
    </html>
  )
}
