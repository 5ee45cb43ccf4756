// The rules of who may import whom (docs/adr/0002). `npm run walls` checks them, and `npm test` runs it.
const SUBGRAPH = '^subgraphs/(?!shared)([^/]+)/';
const DATABASE_CLIENTS = '(^|/)(generated/prisma|@electric-sql/pglite|@prisma/adapter-pg|pglite-prisma-adapter|pg/)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles-of-folders',
      comment: 'Of two folders at most one imports the other, types included, so that the folders have an order in which to read them.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(gateway|subgraphs)/', pathNot: 'generated' },
      to: { circular: true },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'subgraphs-do-not-import-each-other',
      severity: 'error',
      from: { path: SUBGRAPH },
      to: { path: SUBGRAPH, pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'shared-knows-nothing-of-ours',
      severity: 'error',
      from: { path: '^subgraphs/shared/' },
      to: { path: '^(gateway|prisma|samples|test|start|subgraphs/(?!shared))' },
    },
    {
      name: 'gateway-knows-shared-alone',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(subgraphs/(?!shared)|prisma|samples|test|start)' },
    },
    {
      name: 'gateway-has-no-database',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: `${DATABASE_CLIENTS}|^subgraphs/shared/database/` },
    },
    {
      name: 'databases-opened-by-entries-alone',
      comment: 'A server receives an open database. Only the programs that start one know how it is opened and migrated.',
      severity: 'error',
      from: { path: '^subgraphs/', pathNot: '(^subgraphs/shared/database/|/main\\.ts$|^subgraphs/serving/create-organization\\.ts$)' },
      to: { path: '^subgraphs/shared/database/' },
    },
    {
      name: 'execution-imports-neither-client-nor-configuration',
      comment: 'Execution receives what it needs of the client and of the configuration as arguments.',
      severity: 'error',
      from: { path: '^gateway/execution/' },
      to: { path: '^gateway/(http|subscriptions|identity)/|^gateway/(config|context)\\.ts$' },
    },
    {
      name: 'transport-imports-nothing-above-it',
      comment: 'The identity, supergraph, subscriptions and execution folders of the gateway are built on transport.',
      severity: 'error',
      from: { path: '^gateway/transport/' },
      to: { path: '^gateway/(?!transport/|(json|log)\\.ts$)' },
    },
    {
      name: 'execution-imports-nothing-above-it',
      comment: 'The executor is part of a library (gateway/library): it knows no HTTP server, no identity, no configuration and no domain.',
      severity: 'error',
      from: { path: '^gateway/execution/' },
      to: {
        path: '^(gateway/|subgraphs/|node_modules/(@fastify|fastify)/)',
        pathNot:
          '^(gateway/(execution|planning|authorization|transport)/|gateway/json\\.ts$|subgraphs/shared/(errors/coded-error\\.ts$|async-iterator/))',
      },
    },
    {
      name: 'planning-imports-nothing-above-it',
      severity: 'error',
      from: { path: '^gateway/planning/' },
      to: { path: '^gateway/(?!planning/|(json|log)\\.ts$)' },
    },
    {
      name: 'library-reaches-no-domain',
      comment: 'What the package contains (docs/adr/0027), types included: no server, identity, configuration or domain.',
      severity: 'error',
      from: { path: '^gateway/library/' },
      to: {
        path: '^(gateway|subgraphs|prisma|samples)/',
        pathNot:
          '^(gateway/(library|execution|planning|authorization|transport)/|gateway/(json|log)\\.ts$|subgraphs/shared/(errors/(coded-error|error-codes)\\.ts$|async-iterator/|digest/|http/))',
        reachable: true,
      },
    },
    {
      name: 'library-reaches-these-packages-alone',
      severity: 'error',
      from: { path: '^gateway/library/' },
      to: {
        path: '^node_modules/',
        pathNot:
          '^node_modules/(graphql|lru-cache|undici|@types/|@apollo/(query-planner|query-graphs|federation-internals|server-gateway-interface|usage-reporting-protobuf)/)',
        reachable: true,
      },
    },
    {
      name: 'no-cycles-of-types-in-execution',
      severity: 'error',
      from: { path: '^gateway/(execution|planning|transport)/' },
      to: { circular: true },
    },
    {
      name: 'database-clients-in-stores-and-entries-alone',
      comment: 'Only stores, the context that builds them and what opens the database import a client as a value.',
      severity: 'error',
      from: {
        path: '^(subgraphs|gateway)/',
        pathNot: '(\\.store\\.ts|/context\\.ts|/subgraph\\.ts|/generated/|^subgraphs/shared/database/)',
      },
      to: { path: DATABASE_CLIENTS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'statements-past-prisma-in-scopes-alone',
      comment: 'A scope binds what it executes to its organization. A subgraph connects its client.',
      severity: 'error',
      from: { pathNot: '^subgraphs/(shared/tenancy/scope|[^/]+/subgraph)\\.ts$' },
      to: { path: '^subgraphs/shared/tenancy/connect' },
    },
    {
      name: 'nothing-runs-on-development-dependencies',
      comment: 'The image has none of them. What browsers run is bundled when it is built.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|prisma|samples|start|schema|compose-checkout)', pathNot: '^gateway/explorer/(page|fetcher)' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@apollo/server-gateway-interface' }, // Types alone.
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|generated' },
    exclude: { path: '^(dist|node_modules/\\.cache)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
