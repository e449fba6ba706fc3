import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { typescriptArgs } from './child'

const script = `import { watchParent } from '#server/supervisor/parent-watch'
watchParent(() => { console.log('lost'); process.exit(0) })
console.log(process.pid)
setInterval(() => undefined, 1000)`

test('a process whose shell is killed notices it', async () => {
  const [loader = '', specifier = ''] = typescriptArgs('')
  // `; true` keeps the shell from becoming the process itself.
  const shell = spawn('sh', ['-c', `"${process.execPath}" ${loader} ${specifier} --input-type=module -e "${script}"; true`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  shell.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await once(shell.stdout, 'data')
  shell.kill('SIGTERM')
  // The pipe closes only when the grandchild, too, has ended.
  await once(shell, 'close')
  expect(said).toMatch(/^\d+\nlost\n$/)
}, 30_000)
