import tseslint from 'typescript-eslint';

const ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only config.ts files read the environment.',
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
  { files: ['test/**'], rules: { 'max-lines': ['error', { max: 400 }] } },
  { files: ['**/config.ts'], rules: { 'no-restricted-syntax': 'off' } },
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
      '**/run-process.ts',
      '**/create-organization.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['build.js'], rules: { 'no-restricted-syntax': 'off' } },
);
