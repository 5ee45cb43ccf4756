import tseslint from 'typescript-eslint';

const ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only config.ts files read the environment.',
};

// A Scope binds what it executes to one organization. A plain client of Prisma sees the rows of all of them.
const UNSCOPED_CLIENT = {
  selector: 'TSTypeAnnotation > TSTypeReference[typeName.name=/^(PrismaClient|AnyClient|SubgraphDatabaseClient)$/]',
  message: 'Only *.unscoped.store.ts reads rows past the scope of an organization. Take a Scope, or move this to such a file.',
};

export default tseslint.config(
  { ignores: ['dist/**', '**/generated/**', 'node_modules/**', '.data/**', '.bench/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.js'],
    rules: {
      'no-restricted-syntax': ['error', ENVIRONMENT],
      'no-console': ['error'],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-len': ['error', { code: 140 }],
      '@typescript-eslint/no-explicit-any': ['error'],
    },
  },
  { files: ['**/config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['subgraphs/**/*.ts'],
    // What opens a client, and the parts that hand it to scopes and unscoped stores.
    ignores: ['**/config.ts', '**/*.unscoped.store.ts', 'subgraphs/*/{context,subgraph}.ts', 'subgraphs/shared/{tenancy,server}/**'],
    rules: { 'no-restricted-syntax': ['error', ENVIRONMENT, UNSCOPED_CLIENT] },
  },
  // What a person sees in a terminal or in the browser's console.
  {
    files: [
      'build.js',
      'bench/**',
      'schema.ts',
      'samples/demo.ts',
      'start.ts',
      'prisma/write-migration.ts',
      'samples/programs/*.js',
      'gateway/explorer/page.ts',
      'gateway/library/logger.ts',
      '**/run-process.ts',
      '**/create-organization.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['build.js'], rules: { 'no-restricted-syntax': 'off' } },
);
