import type { Command } from 'commander'
import { templates } from '#core/templates/templates'
import { atEdge } from './session'

/** `stageline templates`: what `run` and `import` can start from. */
export function addTemplates(program: Command): void {
  program
    .command('templates')
    .description('list the templates that can be run or imported')
    .action(() =>
      atEdge(program, async (out) => {
        const list = templates.map(({ name, title, summary, fields }) => ({ name, title, summary, asks: fields }))
        const lines = list.flatMap(({ name, summary, asks }) => [
          `${name.padEnd(16)} ${summary}`,
          ...asks.map(
            (field) => `${' '.repeat(16)}   --set ${field.name}=…  ${field.title}${field.default === undefined ? '' : ' (optional)'}`,
          ),
        ])
        out.result(list, lines.join('\n'))
      }),
    )
}
