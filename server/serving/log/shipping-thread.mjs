// Threads start without the loader for TypeScript: it is registered here, then the thread proper is loaded.
import { register } from 'tsx/esm/api'

register()
await import('./shipping-thread.ts')
