import { discoveryTools, industries, useCaseCategories, useCases } from '../catalogue/index.js';
import type { GraphClient } from '../graph-client.js';

type Ids = Map<string, string>;

/** Creates the catalogue entries whose codes do not exist yet. Returns a map from the codes to the ids of all use cases. */
export async function loadCatalogue(graph: GraphClient): Promise<Ids> {
  const industryIds = await createMissing(graph, 'industry', 'industries', industries);
  const categoryIds = await createMissing(graph, 'useCaseCategory', 'useCaseCategories', useCaseCategories);
  await createMissing(graph, 'discoveryTool', 'discoveryTools', discoveryTools);
  const inputs = useCases.map(({ industryCode, categoryCode, ...rest }) => ({
    ...rest,
    industryId: industryIds.get(industryCode)!,
    categoryId: categoryIds.get(categoryCode)!,
  }));
  return createMissing(graph, 'useCase', 'useCases', inputs);
}

/** Creates the entries of one concept whose codes do not exist yet. Returns a map from codes to the ids of all entries. */
async function createMissing(graph: GraphClient, concept: string, list: string, inputs: readonly { code: string }[]): Promise<Ids> {
  const type = concept[0]!.toUpperCase() + concept.slice(1);
  const { [list]: existing } = await graph.run(`{ ${list}(first: 100) { nodes { id code } } }`);
  const ids: Ids = new Map(existing.nodes.map(({ id, code }: { id: string; code: string }) => [code, id]));
  for (const input of inputs.filter(({ code }) => !ids.has(code))) {
    const data = await graph.run(
      `mutation Load${type}($input: ${type}CreateInput!) {
        ${concept}Create(input: $input) { ${concept} { id } userErrors { field message } }
      }`,
      { input },
    );
    ids.set(input.code, data[`${concept}Create`][concept].id);
  }
  return ids;
}
