import type { GraphClient } from '../graph-client.js';

/** Runs the mutation `<concept>Create` and returns the id. A repeated idempotency key returns the first id. */
export async function create(graph: GraphClient, concept: string, input: object): Promise<string> {
  const type = concept[0]!.toUpperCase() + concept.slice(1);
  const data = await graph.run(
    `mutation Create${type}($input: ${type}CreateInput!) {
      ${concept}Create(input: $input) { ${concept} { id } userErrors { code field message } }
    }`,
    { input },
  );
  return data[`${concept}Create`][concept].id;
}
