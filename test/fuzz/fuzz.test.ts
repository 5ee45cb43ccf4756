import { writeFileSync } from 'node:fs';
import { createFederationGateway, createApolloGateway } from '../kit/federation.js';
import { fuzzConfig } from './config.js';
import { FEATURES } from './coverage.js';
import { run, type Run } from './run.js';
import type { Candidate } from './world.js';

const CANDIDATES: Readonly<Record<'ours' | 'stock', Candidate>> = {
  ours: { start: createFederationGateway, isDataAlone: false },
  stock: { start: createApolloGateway, isDataAlone: true },
};

const config = fuzzConfig();

const isWhole = config.cases.length === 0;
const size = isWhole
  ? `${config.graphs * config.operationsPerGraph} random operations on ${config.graphs} random graphs`
  : `the random operations ${config.cases.join(', ')}`;

describe(size, () => {
  let done: Run;

  beforeAll(async () => {
    done = await run(config, CANDIDATES[config.gateway]);
    if (config.coverageFile)
      writeFileSync(config.coverageFile, JSON.stringify({ ...done, coverage: Object.fromEntries(done.coverage) }, null, 2));
  }, 3_600_000);

  it('return the response of a single schema', () => {
    const { cases, failed, reports } = done;
    if (failed.length > 0) throw new Error([`${failed.length} of ${cases} failed: ${failed.join(', ')}`, ...reports].join('\n\n'));
  });

  (isWhole ? it : it.skip)('meet every feature of federation', () => {
    expect(FEATURES.filter((feature) => !done.coverage.has(feature))).toEqual([]);
    expect(done.invalid).toBeLessThan(done.cases / 10);
  });
});
