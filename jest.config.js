/** Real parts in one process: each test file opens its own embedded databases, or PostgreSQL ones with TEST_POSTGRES_URL. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/kit/bundle-children.js',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  // Only ends what hangs: no test depends on the speed of the machine.
  testTimeout: 300_000,
  maxWorkers: 2,
  // Of JavaScript alone. Every file leaves its modules behind, and with each its databases: some seven times as much.
  workerIdleMemoryLimit: '400MB',
};
