import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { checkImports } from './import-rules.mjs'

const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A small house in which every rule is broken once, each by a file of its own. */
const house = {
  'core/pure.ts': 'export const pure = 1\n',
  'core/reaches-server.ts': "import { house } from '#server/house'\nexport const a = house\n",
  'core/one.ts': "import { two } from './two'\nexport const one = (): number => two()\n",
  'core/two.ts': "import { one } from './one'\nexport const two = (): number => one()\n",
  'ml/reaches-db.ts': "import { table } from '#db/table'\nexport const b = table\n",
  'ml/fine.ts': "import { pure } from '#core/pure'\nexport const c = pure\n",
  'db/table.ts': 'export const table = 1\n',
  'db/reaches-server.ts': "export { house } from '#server/house'\n",
  'server/house.ts': 'export const house = 1\nexport type House = { n: number }\n',
  'server/reaches-app.ts': "import { page } from '../app/page'\nexport const d = page\n",
  'server/api/middle.ts': "export const load = () => import('#stages/runs')\n",
  'server/api/root.ts': "import { load } from './middle'\nexport const e = load\n",
  'app/page.tsx': 'export const page = <p>hello</p>\n',
  'components/takes-type.tsx': "import type { House } from '#server/house'\nexport const F = ({ n }: House) => <p>{n}</p>\n",
  'components/takes-code.tsx': "import { house } from '#server/house'\nexport const G = () => <p>{house}</p>\n",
  'stages/runs.ts': "export { run } from './split/run'\n",
  'stages/specs.ts': "export { spec } from './split/spec'\n",
  'stages/split/spec.ts': "import { run } from './run'\nexport const spec = run\n",
  'stages/split/run.ts': 'export const run = 1\n',
  'stages/split/view.tsx': "import { F } from '#components/takes-type'\nexport const View = F\n",
  'stages/reaches-server.ts': "import { house } from '#server/house'\nexport const h = house\n",
}

test('every import rule bites where it should, and nowhere else', async () => {
  cpSync(fileURLToPath(new URL('../package.json', import.meta.url)), path.join(folder, 'package.json'))
  for (const [name, text] of Object.entries(house)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  const { summary } = await checkImports(folder)
  const broken = new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`))
  expect([...broken].sort()).toEqual([
    'api-does-not-run: server/api/middle.ts',
    'api-does-not-run: server/api/root.ts',
    'core-is-pure: core/reaches-server.ts',
    'db-knows-core: db/reaches-server.ts',
    'ml-is-pure: ml/reaches-db.ts',
    'no-cycles: core/one.ts',
    'server-is-below-ui: server/reaches-app.ts',
    'spec-is-isomorphic: stages/specs.ts',
    'spec-is-isomorphic: stages/split/spec.ts',
    'stages-know-core: stages/reaches-server.ts',
    'ui-has-no-server: components/takes-code.tsx',
    'views-use-ui: stages/split/view.tsx',
  ])
})
