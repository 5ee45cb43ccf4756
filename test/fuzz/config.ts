/** The settings of a run. */
export interface FuzzConfig {
  gateway: 'ours' | 'stock';
  /** Graph number n of a run has the seed `<seed>-<n>`; its operation m, `<seed>-<n> <m>`. */
  seed: string;
  graphs: number;
  operationsPerGraph: number;
  /** The seeds of single cases, such as `fixed-3 17`, to run in place of whole graphs; those of one graph run on one gateway. */
  cases: string[];
  /** Stop after so many failures: each is made smaller, and that takes its time. */
  maxFailures: number;
  /** The path of the file to which the coverage of a run is written. */
  coverageFile?: string;
}

/**
 * From the environment: FUZZ_GRAPHS, FUZZ_OPERATIONS (of each graph), FUZZ_SEED, FUZZ_CASES (`fixed-3 17, fixed-4 2`),
 * FUZZ_GATEWAY (ours or stock), FUZZ_FAILURES, FUZZ_COVERAGE (a file).
 */
export const fuzzConfig = (): FuzzConfig => ({
  gateway: process.env.FUZZ_GATEWAY === 'stock' ? 'stock' : 'ours',
  seed: process.env.FUZZ_SEED || 'fixed',
  graphs: Number(process.env.FUZZ_GRAPHS || 6),
  operationsPerGraph: Number(process.env.FUZZ_OPERATIONS || 24),
  cases: (process.env.FUZZ_CASES || '').split(',').flatMap((seed) => seed.trim() || []),
  maxFailures: Number(process.env.FUZZ_FAILURES || 3),
  coverageFile: process.env.FUZZ_COVERAGE || undefined,
});
