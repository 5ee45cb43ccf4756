import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import { type InProcessGateway, type SentRequest, type ServedSubgraphs, serveSubgraphs } from '../kit/federation.js';
import type { Case, ExpectedError, Feature } from './feature.js';

/** One after the other: Jest links modules of its own kind one at a time. */
const features: (Feature & { name: string })[] = [];
for (const file of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!/\/.*\.ts$/.test(file)) continue;
  features.push({ ...((await import(join(import.meta.dirname, file))) as Feature), name: file.replace('.ts', '') });
}

const byPath = (errors: readonly ExpectedError[]) => [...errors].sort((a, b) => (JSON.stringify(a.path) < JSON.stringify(b.path) ? -1 : 1));

/** Data and errors as text. */
const asText = (data: unknown, errors: readonly ExpectedError[]): string =>
  [JSON.stringify(data, null, 2), ...errors.map(({ path, message, code }) => JSON.stringify({ path, message, code }))].join('\n');

/** What is expected, and what was answered, told as far as it is expected. */
function compared({ data, errors = [] }: Case, answer: FormattedExecutionResult): { right: string; answered: string } {
  const expected = byPath(errors);
  const told = byPath(
    (answer.errors ?? []).map(({ message, path = [], extensions }) => ({ message, path: [...path], code: String(extensions?.code) })),
  );
  const relevant = told.map(({ path, message, code }, index) => ({
    path,
    message: expected[index] && !expected[index].message ? undefined : message,
    code: expected[index]?.code && code,
  }));
  return { right: asText(data, expected), answered: asText(answer.data, relevant) };
}

/** The order of the fields of a representation means nothing. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value != null && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .sort()
            .map(([key, field]) => [key, sorted(field)]),
        )
      : value;

/** A request as `asks` writes it. Apollo's gateway sends equal representations again and again: told once. */
function asked({ subgraph, variables }: SentRequest, once: boolean): string {
  const representations = Object.values(variables)
    .flat()
    .filter((value): value is { __typename: string } => value != null && typeof value === 'object' && '__typename' in value)
    .map(({ __typename, ...fields }) => `${__typename}${JSON.stringify(sorted(fields))}`);
  return [subgraph, ...(once ? new Set(representations) : representations)].join(' ');
}

/** Asks a gateway every case of every feature. `name` is that of the cases' differences: `ours`, or `stock` for Apollo's. */
export function checkFeatures(name: 'ours' | 'stock', start: (supergraph: string) => Promise<InProcessGateway>): void {
  describe.each(features)('$name', ({ graph, cases, stock: unknown }) => {
    let subgraphs: ServedSubgraphs;
    let gateway: InProcessGateway;
    beforeAll(async () => {
      subgraphs = await serveSubgraphs(graph);
      if (name === 'ours' || !unknown) gateway = await start(subgraphs.supergraph);
    });
    afterAll(async () => {
      await gateway?.close();
      await subgraphs.close();
    });

    if (name === 'stock' && unknown) return it(`does not start: ${unknown}`, () => expect(start(subgraphs.supergraph)).rejects.toThrow());

    it.each(Object.entries(cases))('%s', async (_, expected) => {
      subgraphs.requests.length = 0;
      const { query, variables, operationName } = expected;
      const { right, answered } = compared(expected, await gateway.execute({ query, variables, operationName }));
      if (expected[name]) return expect(answered).not.toBe(right);
      expect(answered).toBe(right);
      const requests = subgraphs.requests.map((request) => asked(request, name === 'stock')).sort();
      const asks = name === 'stock' ? (expected.stockAsks ?? expected.asks) : expected.asks;
      if (asks) expect(requests).toEqual([...asks].sort());
    });
  });
}
