import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import { type InProcessGateway, type SentRequest, type ServedSubgraphs, serveSubgraphs } from '../kit/federation.js';
import type { Case, ExpectedError, Feature } from './feature.js';

/** The features, imported one after another because Jest links ES modules one at a time. */
const features: (Feature & { name: string })[] = [];
for (const file of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!/\/.*\.ts$/.test(file)) continue;
  features.push({ ...((await import(join(import.meta.dirname, file))) as Feature), name: file.replace('.ts', '') });
}

const byPath = (errors: readonly ExpectedError[]) => [...errors].sort((a, b) => (JSON.stringify(a.path) < JSON.stringify(b.path) ? -1 : 1));

/** Data and errors as text. */
const asText = (data: unknown, errors: readonly ExpectedError[]): string =>
  [JSON.stringify(data, null, 2), ...errors.map(({ path, message, code }) => JSON.stringify({ path, message, code }))].join('\n');

/** Returns the expected and the actual result as text; the actual errors have only the properties that the case specifies. */
function resultTexts({ data, errors = [] }: Case, result: FormattedExecutionResult): { expectedText: string; actualText: string } {
  const expected = byPath(errors);
  const actual = byPath(
    (result.errors ?? []).map(({ message, path = [], extensions }) => ({ message, path: [...path], code: String(extensions?.code) })),
  );
  const relevant = actual.map(({ path, message, code }, index) => ({
    path,
    message: expected[index] && !expected[index].message ? undefined : message,
    code: expected[index]?.code && code,
  }));
  return { expectedText: asText(data, expected), actualText: asText(result.data, relevant) };
}

/** Returns a value with the keys of all objects sorted, because the order of the fields of a representation has no meaning. */
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

/**
 * The text of a request in the format of `Case.requests`. `isDeduplicated` omits repeated representations, which Apollo's gateway
 * sends.
 */
function requestText({ subgraph, variables }: SentRequest, isDeduplicated: boolean): string {
  const representations = Object.values(variables)
    .flat()
    .filter((value): value is { __typename: string } => value != null && typeof value === 'object' && '__typename' in value)
    .map(({ __typename, ...fields }) => `${__typename}${JSON.stringify(sorted(fields))}`);
  return [subgraph, ...(isDeduplicated ? new Set(representations) : representations)].join(' ');
}

/** Runs every case of every feature on a gateway. `name` is the property of the known differences: `ours`, or `stock` for Apollo's. */
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
      const { expectedText, actualText } = resultTexts(expected, await gateway.execute({ query, variables, operationName }));
      if (expected[name]) return expect(actualText).not.toBe(expectedText);
      expect(actualText).toBe(expectedText);
      const requests = subgraphs.requests.map((request) => requestText(request, name === 'stock')).sort();
      const expectedRequests = name === 'stock' ? (expected.stockRequests ?? expected.requests) : expected.requests;
      if (expectedRequests) expect(requests).toEqual([...expectedRequests].sort());
    });
  });
}
