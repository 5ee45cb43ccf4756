import { discoveryTools, industries, useCaseCategories, useCases } from '../catalogue/index.js';
import type { GraphClient } from '../graph-client.js';

type Ids = Map<string, string>;

/** Writes the use-case catalogue, leaving alone what is there under its code. Answers the use cases' ids by code. */
export async function loadCatalogue(graph: GraphClient): Promise<Ids> {
  const industryIds = await load(graph, 'industry', 'industries', industries);
  const categoryIds = await load(graph, 'useCaseCategory', 'useCaseCategories', useCaseCategories);
  await load(graph, 'discoveryTool', 'discoveryTools', discoveryTools);
  const inputs = useCases.map(({ industryCode, categoryCode, ...rest }) => ({
    ...rest,
    industryId: industryIds.get(industryCode)!,
    categoryId: categoryIds.get(categoryCode)!,
  }));
  return load(graph, 'useCase', 'useCases', inputs);
}

/** Creates those of one concept whose code is not there yet; answers all ids by code. */
async function load(graph: GraphClient, concept: string, list: string, inputs: readonly { code: string }[]): Promise<Ids> {
  const type = concept[0]!.toUpperCase() + concept.slice(1);
  const { [list]: there } = await graph.run(`{ ${list}(first: 100) { nodes { id code } } }`);
  const ids: Ids = new Map(there.nodes.map(({ id, code }: { id: string; code: string }) => [code, id]));
  for (const input of inputs.filter(({ code }) => !ids.has(code))) {
    const data = await graph.run(
      `mutation Load${type}($input: ${type}CreateInput!) { ${concept}Create(input: $input) { ${concept} { id } userErrors { field message } } }`,
      { input },
    );
    ids.set(input.code, data[`${concept}Create`][concept].id);
  }
  return ids;
}
