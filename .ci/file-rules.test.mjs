import { expect, test } from 'vitest'
import { checkFiles } from './file-rules.mjs'

const cases = [
  ['core/graph/check.ts', 'export const a = 1\n', 0],
  ['app/(studio)/workflows/[id]/page.tsx', '', 0],
  ['app/api/auth/[...all]/route.ts', '', 0],
  ['core/long.ts', 'x\n'.repeat(401), 1],
  ['core/just-right.ts', 'x\n'.repeat(400), 0],
  ['db/migrations/meta/Thing.ts', 'x\n'.repeat(900), 0],
  ['components/Canvas.tsx', '', 1],
  ['server/Engine/start.ts', '', 1],
  ['core/utils.ts', '', 1],
  ['server/engine/run-helpers.ts', '', 1],
  ['core/lib/sum.ts', '', 1],
  ['core/library.ts', '', 0],
  ['core/graph/index.ts', '', 1],
  ['core/draft.ts', '// TODO later\n', 1],
  ['core/draft.test.ts', "test.only('x', () => undefined)\n", 1],
]

test.each(cases)('%s', (file, text, faults) => {
  expect(checkFiles([file], () => text)).toHaveLength(faults)
})
