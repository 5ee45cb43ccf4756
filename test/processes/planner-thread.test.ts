import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { printSchema } from 'graphql';
import { pino } from 'pino';
import type { createThreadedPlanner as CreateThreadedPlanner, ThreadedPlannerOptions } from '../../gateway/planning/threaded-planner.js';
import { createLocalPlanner } from '../../gateway/planning/local-planner.js';
import type { Planner } from '../../gateway/planning/planner.js';
import { compose } from '../../gateway/supergraph/compose.js';

const compiled = new URL('../../dist/gateway/planning/threaded-planner.js', import.meta.url).href;
const { createThreadedPlanner } = (await import(compiled)) as { createThreadedPlanner: typeof CreateThreadedPlanner };

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
/** Several subgraphs share all fields, so that a deeply nested operation has very many possible plans. */
const small = compose(
  ['a', 'b'].map((name) => ({
    name,
    url: `http://${name}`,
    sdl: `${link} type Query { node: Node @shareable }
    type Node @key(fields: "id") { id: ID! next: Node @shareable other: Node @shareable ${name}: Int }`,
  })),
);
/** Each fragment spreads the next one twice, which selects 2^depth fields. */
const exploding = (depth: number) =>
  `query Exploding { node { ...F0 } }
  ${Array.from({ length: depth }, (_, i) => `fragment F${i} on Node { next { ...F${i + 1} } other { ...F${i + 1} } }`).join(' ')}
  fragment F${depth} on Node { a b }`;

const logged: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });

const planners: Planner[] = [];
async function started(supergraph: string, options: Omit<ThreadedPlannerOptions, 'logger'> = {}): Promise<Planner> {
  const planner = await createThreadedPlanner(supergraph, { logger, ...options });
  planners.push(planner);
  return planner;
}

beforeEach(() => void (logged.length = 0));
afterEach(() => Promise.all(planners.splice(0).map((planner) => planner.close())));

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'planned',
    (error) => error.extensions?.code ?? error,
  );

describe('a planner in a thread', () => {
  it('returns the same schema and the same plans as one in this thread', async () => {
    const supergraph = readFileSync('gateway/supergraph.graphql', 'utf8');
    const [there, here] = [await started(supergraph), await createLocalPlanner(supergraph)];
    expect(isMainThread).toBe(true);
    expect(printSchema(there.apiSchema)).toBe(printSchema(here.apiSchema));
    const operation = readFileSync('test/contract/operations/dataset-page.graphql', 'utf8');
    expect(await there.plan(operation, undefined)).toEqual(await here.plan(operation, undefined));
  });

  it('plans all queued operations', async () => {
    const planner = await started(small);
    const plans = await Promise.all(Array.from({ length: 50 }, (_, i) => planner.plan(`{ alias${i}: node { id } }`, undefined)));
    expect(plans.map(({ node }) => node?.kind === 'Fetch' && node.operation)).toEqual(
      Array.from({ length: 50 }, (_, i) => `{alias${i}:node{id}}`),
    );
  });

  it('does not block this thread while it plans', async () => {
    const planner = await started(small);
    const planning = planner.plan(exploding(9), undefined);
    let longest = 0;
    let [last, isOver] = [performance.now(), false];
    void planning.catch(() => undefined).finally(() => (isOver = true));
    const began = last;
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    expect((await planning).node).toBeDefined();
    expect(longest).toBeLessThan((last - began) / 2);
  });

  it('ends an operation at the deadline with TIMEOUT, and plans the next one in a new thread', async () => {
    const planner = await started(small, { deadlineMs: 500 });
    const [slow, next] = [
      codeOf(planner.plan(exploding(13), 'Exploding')),
      planner.plan('{ node { a } }', undefined).catch((error) => error),
    ];
    expect(await slow).toBe('TIMEOUT');
    expect((await next).extensions.code).toBe('TIMEOUT');
    // The start time of the new thread depends on the machine.
    const retries = Array.from({ length: 20 }, () => () => codeOf(planner.plan('{ node { a } }', undefined)));
    let outcome = await retries.pop()!();
    while (outcome === 'TIMEOUT' && retries.length > 0) outcome = await retries.pop()!();
    expect(outcome).toBe('planned');
    expect(logged.join()).toContain('Exploding');
  });

  it('recovers from an operation that exhausts the memory', async () => {
    const planner = await started(small, { memoryMb: 48, deadlineMs: 50_000 });
    const [greedy, next] = [codeOf(planner.plan(exploding(13), undefined)), planner.plan('{ node { a } }', undefined)];
    expect(await greedy).toBe('UNAVAILABLE');
    expect((await next).node?.kind).toBe('Fetch');
    expect(logged.join()).toMatch(/planner thread ended while planning an operation/);
  });

  it('refuses operations beyond the queue limit', async () => {
    const planner = await started(small, { maxQueued: 2 });
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(planner.plan('{ node { a } }', undefined))));
    expect(codes).toEqual(['planned', 'planned', 'planned', 'UNAVAILABLE', 'UNAVAILABLE']);
  });

  it('distinguishes client errors from internal errors', async () => {
    const planner = await started(small);
    expect(await codeOf(planner.plan('{ unknown }', undefined))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf(planner.plan(exploding(18), undefined))).toBe('BAD_USER_INPUT');
    await expect(planner.plan('query A { node { a } }', 'B')).rejects.toMatchObject({
      name: 'Error',
      message: 'The document has no operation named "B".',
    });
  });

  it('plans the queued operations when it closes, and no others', async () => {
    const planner = await createThreadedPlanner(small, { logger });
    const plans = Promise.all(['a', 'b'].map((field) => planner.plan(`{ node { ${field} } }`, undefined)));
    const closed = planner.close();
    expect(await codeOf(planner.plan('{ node { a } }', undefined))).toBe('UNAVAILABLE');
    expect(await plans).toHaveLength(2);
    await closed;
  });

  it('does not start with an invalid supergraph, and reports why', async () => {
    await expect(started('garbage')).rejects.toThrow('The supergraph does not load: Syntax Error');
    await expect(started('type Query { a: Int }')).rejects.toThrow('must be a core schema');
  });
});
