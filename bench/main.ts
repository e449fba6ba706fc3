import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BenchModule, type BenchResult, benchModuleName } from './bench'
import { writeSection } from './write-section'

/**
 * `npm run bench -- <name…> [--write]`: runs bench/<name>.ts and bench/<name>-….ts (all without a name), prints one JSON object per benchmark, and with
 * --write replaces its section of docs/benchmarks.md, with the machine and the date.
 */
const folder = path.dirname(fileURLToPath(import.meta.url))
const document = path.join(folder, '..', 'docs', 'benchmarks.md')
const known = readdirSync(folder)
  .map(benchModuleName)
  .filter((name) => name !== null)
const args = process.argv.slice(2)
// Now: a benchmark may keep this process to one processor.
const machine = describeMachine()
const write = args.includes('--write')
const named = args.filter((arg) => !arg.startsWith('--'))
const meantBy = (name: string) => known.filter((file) => file === name || file.startsWith(`${name}-`))
const unknown = named.filter((name) => meantBy(name).length === 0)

if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
  process.exitCode = 2
} else {
  for (const name of named.length > 0 ? named.flatMap(meantBy) : known) await measure(name)
}

async function measure(name: string): Promise<void> {
  try {
    // Every file in this folder whose name is a benchmark's exports `run`; the type of an import by name cannot be known.
    const { run } = (await import(`./${name}.ts`)) as BenchModule
    const result = await run()
    if (result.missed.length > 0) process.exitCode = 1
    console.log(JSON.stringify({ benchmark: name, machine, ...result }, null, 2))
    if (write) save(name, result)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
}

function save(name: string, result: BenchResult): void {
  const before = readFileSync(document, 'utf8')
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(document, writeSection(before, name, result, `${machine}, ${date}`))
}

function describeMachine(): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${os.availableParallelism()} x ${model}, ${Math.round(os.totalmem() / 1024 ** 3)} GB, Node ${process.versions.node}`
}
