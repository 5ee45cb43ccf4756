import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { Mutation } from '../../kit/documents/datasets.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

/** The kinds of examples: how each is called, and the least that one says. */
export const KINDS = [
  { kind: 'CONVERSATION', entity: 'conversationExample', required: { userQuery: 'How?', aiResponse: 'So.' }, long: 'userQuery' },
  {
    kind: 'SIMULATION',
    entity: 'simulationExample',
    required: { solutionId: 'pricing', scenarioId: 'peak', inputData: { price: 1 }, expectedOutput: { demand: 2 } },
    long: 'businessImpact',
  },
  { kind: 'CODE', entity: 'codeExample', required: { code: 'print(1)', language: 'python', codeType: 'script' }, long: 'refactoredCode' },
] as const;

export type Kind = (typeof KINDS)[number];
export const [CONVERSATION, SIMULATION, CODE] = KINDS;

const typeOf = (entity: string) => entity[0]!.toUpperCase() + entity.slice(1);

/** Runs a mutation of a concept (`Create`, `Update`, `Export`) and answers its payload. */
export async function mutate<Name extends keyof Mutation & string>(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  mutation: Name,
  input: object,
  selection: string,
): Promise<Mutation[Name]> {
  const query = `mutation ($input: ${typeOf(mutation)}Input!) {
    ${mutation}(input: $input) { ${selection} userErrors { code field message } } }`;
  const { data, errors } = await subgraph.execute<Mutation>(viewer, query, { input });
  if (errors) throw new Error(JSON.stringify(errors));
  return data[mutation];
}

export async function createCorpus(subgraph: RunningSubgraph, viewer: Viewer, rest: object = {}): Promise<string> {
  const payload = await mutate(subgraph, viewer, 'trainingCorpusCreate', { name: 'c', kind: 'GENERAL', ...rest }, 'trainingCorpus { id }');
  expect(payload.userErrors).toEqual([]);
  return payload.trainingCorpus.id;
}

/** Adds an example to a corpus, with the least that it must say where no more is given; answers its id. */
export async function addExample(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  corpusId: string,
  rest: object = {},
  { entity, required }: Kind = CONVERSATION,
): Promise<string> {
  const payload = await mutate(subgraph, viewer, `${entity}Create`, { corpusId, ...required, ...rest }, `${entity} { id }`);
  expect(payload.userErrors).toEqual([]);
  return (payload as unknown as Record<string, { id: string }>)[entity]!.id;
}
