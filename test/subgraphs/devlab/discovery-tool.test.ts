import type { PrismaClient } from '../../../subgraphs/devlab/generated/prisma/client.js';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, aPlatformAdmin } from '../../kit/viewers.js';
import { aTool, aWord, createTool } from './arrange.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

describe('a discovery tool', () => {
  it('keeps its fields, and clears only the nullable one', async () => {
    const input = {
      category: 'colour',
      interactionType: 'SIMULATION',
      visualizationType: 'IMAGE',
      surpriseType: 'confetti',
      icon: '🎨',
      description: 'Guesses.',
    };
    const id = await createTool(subgraph, input);
    const selection = 'category interactionType visualizationType surpriseType icon description';
    const { data } = await subgraph.execute(aMember(), graphql(`query ($id: ID!) { discoveryTool(id: $id) { ${selection} } }`), { id });
    expect(data.discoveryTool).toEqual(input);
    const change = await subgraph.execute(
      aPlatformAdmin(),
      graphql(`
        mutation ($input: DiscoveryToolUpdateInput!) {
          discoveryToolUpdate(input: $input) {
            discoveryTool {
              ${selection}
            }
          }
        }
      `),
      { input: { id, category: null, interactionType: 'CHAT', surpriseType: null, modelPromptTemplate: null } },
    );
    expect(change.data.discoveryToolUpdate.discoveryTool).toEqual({ ...input, interactionType: 'CHAT', surpriseType: null });
  });

  it('is filtered by category and interaction', async () => {
    const category = aWord();
    await createTool(subgraph, { category, name: 'a' });
    await createTool(subgraph, { category, name: 'b', interactionType: 'CHAT' });
    const names = async (filter: object) =>
      (
        await subgraph.execute(
          aMember(),
          graphql(`
            query ($filter: DiscoveryToolFilter) {
              discoveryTools(filter: $filter) {
                nodes {
                  name
                }
              }
            }
          `),
          {
            filter,
          },
        )
      ).data.discoveryTools.nodes;
    expect(await names({ category })).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await names({ category, interactionType: 'CHAT' })).toEqual([{ name: 'b' }]);
    expect(await names({ category: category.slice(1) })).toEqual([]);
  });

  it('stores a prompt template, which no field returns', async () => {
    const id = await createTool(subgraph, { modelPromptTemplate: 'canary of the prompt' });
    const stored = await subgraph.client.discoveryTool.findFirst({ where: { id } });
    expect(stored?.modelPromptTemplate).toBe('canary of the prompt');
    for (const query of [
      `{ discoveryTool(id: "${id}") { modelPromptTemplate } }`,
      '{ discoveryTools { nodes { modelPromptTemplate } } }',
    ]) {
      expect((await subgraph.execute(aPlatformAdmin(), query)).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
    subgraph.statements.take();
    await subgraph.execute(
      aPlatformAdmin(),
      graphql('query ($id: ID!) { discoveryTool(id: $id) { name } discoveryTools { nodes { name } } }'),
      { id },
    );
    expect(subgraph.statements.take().join()).not.toContain('model_prompt_template');
  });

  it.each([
    ['a blank category', { category: '' }, 'BLANK', 'category'],
    ['a blank surprise', { surpriseType: ' ' }, 'BLANK', 'surpriseType'],
    ['a blank prompt template', { modelPromptTemplate: '' }, 'BLANK', 'modelPromptTemplate'],
    ['a long prompt template', { modelPromptTemplate: 'x'.repeat(20_001) }, 'TOO_LONG', 'modelPromptTemplate'],
    ['a blank icon', { icon: '' }, 'BLANK', 'icon'],
    ['a long description', { description: 'x'.repeat(5_001) }, 'TOO_LONG', 'description'],
  ])('is refused with %s, in create and update', async (_, wrong, code, field) => {
    const id = await createTool(subgraph, { name: 'before' });
    const before = await subgraph.client.discoveryTool.findFirst({ where: { id } });
    const mutate = async (what: 'Create' | 'Update', input: object) =>
      (
        await subgraph.execute<Record<string, object>>(
          aPlatformAdmin(),
          `mutation ($input: DiscoveryTool${what}Input!) {
            discoveryTool${what}(input: $input) { discoveryTool { id } userErrors { code field } } }`,
          { input },
        )
      ).data[`discoveryTool${what}`];
    const refused = { discoveryTool: null, userErrors: [{ code, field: ['input', field] }] };
    expect(await mutate('Create', aTool(wrong))).toEqual(refused);
    expect(await mutate('Update', { id, name: 'after', ...wrong })).toEqual(refused);
    expect(await subgraph.client.discoveryTool.findFirst({ where: { id } })).toEqual(before);
  });
});
