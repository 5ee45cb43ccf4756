import type { GraphClient } from '../../samples/graph-client.js';

/** The number of datasets of a page. */
export const PAGE = 2;

export const DATASETS = `
  query Datasets($first: Int, $after: String) {
    datasets(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {
      edges { cursor node { id name } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;

export interface Datasets {
  datasets: { edges: { node: { id: string; name: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
}

export const namesOf = (data: Datasets | null | undefined): string[] | undefined => data?.datasets.edges.map(({ node }) => node.name);

/** Returns the names of the datasets of the first two pages, which one request loads. */
export async function namesOfTwoPages(graph: GraphClient): Promise<string[]> {
  const names = namesOf(await graph.run(DATASETS, { first: 2 * PAGE }))!;
  expect(names.length).toBeGreaterThan(PAGE);
  return names;
}

/** Datasets are of one subgraph, and their training runs, which are deferred, of another one. */
export const DEFERRED_RUNS = `
  query DeferredRuns {
    datasets(first: 3, orderBy: { field: NAME, direction: ASC }) {
      nodes { id name ...Runs @defer(label: "runs") }
    }
  }
  fragment Runs on Dataset { trainingRuns(first: 2) { nodes { id algorithm } } }`;

export interface DeferredRuns {
  datasets: { nodes: { name: string; trainingRuns?: { nodes: { id: string; algorithm: string }[] } }[] };
}

/** Returns the response to the deferred query without `@defer`. */
export async function wholeRuns(graph: GraphClient): Promise<DeferredRuns> {
  const whole: DeferredRuns = await graph.run(DEFERRED_RUNS.replace('@defer(label: "runs")', ''));
  expect(whole.datasets.nodes.some(({ trainingRuns }) => trainingRuns!.nodes.length > 0)).toBe(true);
  return whole;
}

export const SESSION = 'query Session($id: ID!) { chatSession(id: $id) { id title } }';

export const RENAME = `
  mutation Rename($id: ID!, $title: String) {
    chatSessionUpdate(input: { id: $id, title: $title }) { chatSession { id title } userErrors { message } }
  }`;

export const SESSION_UPDATED = 'subscription SessionUpdated($id: ID!) { chatSessionUpdated(id: $id) { id title } }';

export interface Session {
  chatSession: { id: string; title: string };
}

export interface SessionUpdated {
  chatSessionUpdated: { title: string };
}
