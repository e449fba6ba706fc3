import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpLink } from '@trpc/client'
import { AppRouterContext, type AppRouterInstance } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import superjson from 'superjson'
import { expect, test } from 'vitest'
import { TRPCProvider } from '#components/api/client'
import { ActorProvider } from '#components/api/use-actor'
import type { ComparedExperiment, PairVerdict } from '#core/experiments/views'
import type { Role } from '#core/people/roles'
import type { AppRouter } from '#server/api/root'
import { ClassDifferences } from './class-differences'
import { ComparedTable } from './compared-table'
import { ExperimentTable } from './experiment-table'
import { Pager } from './pager'
import { VerdictView } from './pair-card'

const nothing = () => {}
// The links on these pages only prefetch, which no test waits for.
const router = { prefetch: nothing } as unknown as AppRouterInstance

function draw(node: ReactNode, role: Role = 'analyst'): string {
  const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: 'http://localhost/nowhere', transformer: superjson })] })
  const cache = new QueryClient()
  return renderToStaticMarkup(
    <AppRouterContext value={router}>
      <QueryClientProvider client={cache}>
        <TRPCProvider trpcClient={client} queryClient={cache}>
          <ActorProvider actor={{ id: 'a', name: 'Ann', email: 'a@example.org', role }}>{node}</ActorProvider>
        </TRPCProvider>
      </QueryClientProvider>
    </AppRouterContext>,
  )
}

const of = (number: number, c: string, accuracy: number | null): ComparedExperiment => ({
  id: `e${number}`,
  run: { id: `r${number}`, number, status: 'done' },
  workflow: { id: 'w', name: 'Mail <check>' },
  version: 1,
  stage: 'train',
  title: 'Train',
  type: 'logistic-regression',
  status: accuracy === null ? 'failed' : 'done',
  startedBy: { id: 'a', name: 'Ann' },
  trigger: 'person',
  at: new Date(0),
  durationMs: 1500,
  startedAt: new Date(0),
  estimator: 'logistic regression',
  params: [
    { name: 'C', value: c },
    { name: 'target', value: 'label' },
  ],
  metrics: accuracy === null ? [] : [{ source: 'evaluation', name: 'accuracy', value: accuracy, better: 'higher' }],
  figure: null,
  error: null,
  tags: ['baseline'],
  note: 'first\nsecond',
  pinned: number === 1,
  registered: number === 1 ? [{ model: 'mail check', version: 2 }] : [],
  loss: [],
  classes: { source: 'evaluation', perClass: [{ name: 'spam', rows: 10, f1: accuracy ?? 0, recall: 1, precision: 1 }] },
})
const experiments = [of(1, '0.1', 0.8), of(2, '10', 0.9), of(3, '10', null)]
const looks = experiments.map(({ run }) => ({ name: `run ${run.number}`, colour: 'red' }))
const texts = (markup: string) => markup.replaceAll(/<[^>]+>/g, '|').replaceAll(/\|+/g, '|')

test('the table has a line per training, and says what sorts it and what is missing', () => {
  const accuracy = { source: 'evaluation', name: 'accuracy' } as const
  const table = (role: Role) =>
    draw(
      <ExperimentTable
        experiments={experiments}
        columns={[
          { kind: 'metric', metric: accuracy },
          { kind: 'param', name: 'C' },
        ]}
        better={new Map()}
        order={{ by: accuracy, direction: 'descending' }}
        onOrder={nothing}
        chosen={['e2']}
        onChoose={nothing}
        onNote={nothing}
      />,
      role,
    )
  const drawn = table('analyst')
  expect(drawn.match(/<tr/g)).toHaveLength(4)
  expect(drawn.match(/aria-sort="descending"/g)).toHaveLength(1)
  expect(drawn.match(/checked=""/g)).toHaveLength(1)
  expect(drawn.match(/aria-pressed="true"/g)).toHaveLength(1)
  expect(drawn).toContain('href="/models/mail%20check/2"')
  expect(texts(drawn)).toContain('|0.800|0.1|1.5 s|')
  expect(texts(drawn)).toContain('|–|10|1.5 s|')
  expect(texts(drawn)).toContain('|baseline|first…|')
  expect(drawn).not.toContain('this needs analyst or above')
  expect(table('viewer')).toContain('this needs analyst or above')
})

test('side by side: only what differs, the best said in words as well', () => {
  const drawn = texts(draw(<ComparedTable experiments={experiments} looks={looks} onRemove={nothing} />))
  expect(drawn).toContain('|C|0.1|10|10|')
  expect(drawn).toContain('|accuracy|0.800|0.900| the best|–|')
  expect(drawn).not.toContain('|target|')
})

test('classes that changed', () => {
  const [first, second] = experiments
  if (!first || !second) throw new Error('no experiments')
  const drawn = texts(draw(<ClassDifferences first={first} second={second} names={['run 1', 'run 2']} />))
  expect(drawn).toContain('|spam|10|0.800|0.900|+0.100|1.000|1.000|same|')
  expect(draw(<ClassDifferences first={first} second={{ ...second, classes: null }} names={['run 1', 'run 2']} />)).toBe('')
})

const folds = { by: 'folds', metric: 'accuracy', folds: 5, difference: 0.1, interval: { low: 0.05, high: 0.15 }, p: 0.003 } as const
test.each<[PairVerdict, string]>([
  [{ ...folds, sentence: 'Run 2 is better.' }, 'Run 2 is better.'],
  [{ by: 'nothing', reason: 'They answer different questions.' }, 'They answer different questions.'],
])('a verdict in words', (verdict, words) => expect(texts(draw(<VerdictView verdict={verdict} />))).toContain(words))

test('pages', () => {
  expect(draw(<Pager page={0} total={50} onPage={nothing} />)).toBe('')
  expect(texts(draw(<Pager page={1} total={1051} onPage={nothing} />))).toContain('51 to 100 of 1,051')
})
