'use client'

import { useCallback } from 'react'
import { useCanvas, useCanvasState } from '../canvas-context'
import { AddMenu } from './add-menu'
import { AskPortMenu } from './ask-port-menu'
import { ConnectMenu } from './connect-menu'
import { StageMenu } from './stage-menu'

/** Whichever menu is open on the canvas. */
export function CanvasMenus() {
  const { store } = useCanvas()
  const menu = useCanvasState((state) => state.menu)
  const close = useCallback(() => store.setState({ menu: null }), [store])
  switch (menu?.kind) {
    case undefined:
      return null
    case 'add':
      return <AddMenu menu={menu} onClose={close} />
    case 'connect':
      return <ConnectMenu menu={menu} onClose={close} />
    case 'ask-port':
      return <AskPortMenu menu={menu} onClose={close} />
    case 'stage':
      return <StageMenu menu={menu} onClose={close} />
  }
}
