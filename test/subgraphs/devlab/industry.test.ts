import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, aPlatformAdmin } from '../../kit/viewers.js';
import { createCategory, createIndustry, createUseCase } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

describe('an industry', () => {
  it('has its use cases and their number, like a category', async () => {
    const [industryId, empty] = [
      await createIndustry(subgraph, { icon: '🏭', description: 'Makes things.' }),
      await createIndustry(subgraph),
    ];
    const categoryId = await createCategory(subgraph, { displayOrder: 7 });
    await createUseCase(subgraph, industryId, categoryId, { name: 'b' });
    await createUseCase(subgraph, industryId, await createCategory(subgraph), { name: 'a' });
    const { data } = await subgraph.execute(
      aMember(),
      graphql(`
        query ($id: ID!, $empty: ID!, $categoryId: ID!) {
          industry(id: $id) {
            icon
            description
            useCaseCount
            useCases {
              totalCount
              nodes {
                name
                category {
                  displayOrder
                }
              }
            }
          }
          empty: industry(id: $empty) {
            useCaseCount
            useCases {
              totalCount
              nodes {
                name
              }
            }
          }
          useCaseCategory(id: $categoryId) {
            displayOrder
            icon
            description
            useCases {
              nodes {
                name
                industry {
                  icon
                }
              }
            }
          }
        }
      `),
      { id: industryId, empty, categoryId },
    );
    expect(data).toEqual({
      industry: {
        icon: '🏭',
        description: 'Makes things.',
        useCaseCount: 2,
        useCases: {
          totalCount: 2,
          nodes: [
            { name: 'a', category: { displayOrder: 0 } },
            { name: 'b', category: { displayOrder: 7 } },
          ],
        },
      },
      empty: { useCaseCount: 0, useCases: { totalCount: 0, nodes: [] } },
      useCaseCategory: {
        displayOrder: 7,
        icon: '*',
        description: 'description',
        useCases: { nodes: [{ name: 'b', industry: { icon: '🏭' } }] },
      },
    });
  });

  it('is not deleted while a use case belongs to it, nor is a category', async () => {
    const [industryId, categoryId] = [await createIndustry(subgraph), await createCategory(subgraph)];
    const useCase = await createUseCase(subgraph, industryId, categoryId);
    const remove = async (entity: string, type: string, id: string) =>
      (
        await subgraph.execute<Record<string, object>>(
          aPlatformAdmin(),
          `mutation ($input: ${type}DeleteInput!) { ${entity}Delete(input: $input) { deletedId userErrors { code field } } }`,
          { input: { id } },
        )
      ).data[`${entity}Delete`];
    const inUse = { deletedId: null, userErrors: [{ code: 'IN_USE', field: ['input', 'id'] }] };
    expect(await remove('industry', 'Industry', industryId)).toEqual(inUse);
    expect(await remove('useCaseCategory', 'UseCaseCategory', categoryId)).toEqual(inUse);
    await remove('useCase', 'UseCase', useCase);
    expect(await remove('industry', 'Industry', industryId)).toEqual({ deletedId: industryId, userErrors: [] });
    expect(await remove('useCaseCategory', 'UseCaseCategory', categoryId)).toEqual({ deletedId: categoryId, userErrors: [] });
  });

  it('costs as many statements with its use cases for many as for one', async () => {
    const categoryId = await createCategory(subgraph);
    const ids: string[] = [];
    for (let index = 0; index < 30; index += 1) {
      ids.push(await createIndustry(subgraph));
      await createUseCase(subgraph, ids[index]!, categoryId);
    }
    const cost = async (count: number) => {
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        aMember(),
        graphql(`
          query ($of: [_Any!]!) {
            _entities(representations: $of) {
              ... on Industry {
                name
                useCaseCount
                useCases(first: 2) {
                  totalCount
                  nodes {
                    name
                    industry {
                      name
                    }
                    category {
                      name
                      useCases(first: 1) {
                        nodes {
                          name
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        `),
        { of: ids.slice(0, count).map((id) => ({ __typename: 'Industry', id })) },
      );
      expect(errors).toBeUndefined();
      expect(data._entities).toMatchObject(Array(count).fill({ useCaseCount: 1 }));
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(7);
  });
});
