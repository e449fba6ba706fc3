#!/usr/bin/env node
// Plain JavaScript for any Node, so that a too old one gets a sentence instead of a syntax error.
import { existsSync } from 'fs'
import path from 'path'
import { fileURLToPath } from 'url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 9)) {
  console.error(
    `stageline needs Node 20.9 or newer; this is Node ${process.versions.node}. Install a newer one from https://nodejs.org and try again.`,
  )
  process.exitCode = 1
} else if (!existsSync(path.join(root, 'node_modules', 'tsx'))) {
  console.error(`The dependencies are not installed. Run \`npm install\` in ${root} first.`)
  process.exitCode = 1
} else {
  if (!process.env.STAGELINE_HOME) process.env.STAGELINE_HOME = path.join(root, '.stageline')
  import('tsx/esm/api')
    .then((tsx) => tsx.register({ tsconfig: path.join(root, 'tsconfig.json') }))
    .then(() => import('./cli.ts'))
    .then((cli) => cli.main(process.argv))
}
