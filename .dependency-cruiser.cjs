/** Who may import whom. Each rule is one sentence; `npm run deps` prints it when broken, and .ci/import-rules.test.mjs breaks each of them. */
const houses = '^(app|components|core|db|ml|server|stages)/'
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: typeof from === 'string' ? { path: from } : from,
  to: { path: houses, pathNot: allowed },
})
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file or three.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('core-is-pure', 'core knows nothing of the house around it', '^core/', '^core/'),
    only('ml-is-pure', 'ml knows numbers and core', '^ml/', '^(ml|core)/'),
    only('db-knows-core', 'db imports core only', { path: '^db/', pathNot: '\\.test\\.ts$' }, '^(db|core)/'),
    only(
      'stages-know-core',
      'a stage gets the world through ctx, never by import',
      { path: '^stages/', pathNot: '(view\\.tsx?|views\\.ts|\\.test\\.ts|/testing\\.ts)$' },
      '^(stages|core|ml)/',
    ),
    only(
      'views-use-ui',
      'a stage draws with the primitives, not with the canvas',
      '^stages/.*view\\.tsx?$',
      '^(stages|core|components/ui)/',
    ),
    only('server-is-below-ui', 'server never imports app or components', '^server/', '^(server|db|core|ml|stages)/'),
    {
      name: 'spec-is-isomorphic',
      comment: 'what the browser loads must not reach a run',
      severity: 'error',
      from: { path: '^stages/(specs|define|views|[^/]+/(spec|view))\\.tsx?$' },
      to: { path: '^stages/(runs|[^/]+/run)\\.ts$', reachable: true },
    },
    {
      name: 'ui-has-no-server',
      comment: 'the browser may see server types, never server code',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^(server|db|app|stages/(runs|[^/]+/run))', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'api-does-not-run',
      comment: 'the API submits work; only the worker runs stages',
      severity: 'error',
      from: { path: '^(server/api|app)/' },
      to: { path: '^stages/runs\\.ts$', reachable: true },
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.next/' },
  },
}
