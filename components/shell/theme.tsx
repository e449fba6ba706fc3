'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { ThemeProvider, useTheme } from 'next-themes'
import type { ReactNode } from 'react'
import { IconButton } from '#components/ui/button'
import { Menu, MenuItem } from '#components/ui/menu'

/** Light, dark, or as the system has it. */
export function Theme({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
      {children}
    </ThemeProvider>
  )
}

export function ThemeMenu() {
  const { setTheme } = useTheme()
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Change theme" quiet>
          <Sun className="i" aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<Sun className="i s" aria-hidden />} onSelect={() => setTheme('light')}>
        Light
      </MenuItem>
      <MenuItem icon={<Moon className="i s" aria-hidden />} onSelect={() => setTheme('dark')}>
        Dark
      </MenuItem>
      <MenuItem icon={<Monitor className="i s" aria-hidden />} onSelect={() => setTheme('system')}>
        As the system
      </MenuItem>
    </Menu>
  )
}
