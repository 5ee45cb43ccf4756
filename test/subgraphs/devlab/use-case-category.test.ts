import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, aPlatformAdmin } from '../../kit/viewers.js';
import { aCategory, aWord, createCategory, PAGE_INFO, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

describe('a category', () => {
  it('is listed in display order', async () => {
    const word = aWord();
    for (const [name, displayOrder] of [
      ['c', 3],
      ['a', 1],
      ['b', 3],
      ['d', 2],
    ] as const)
      await createCategory(subgraph, { name: `${word}${name}`, displayOrder });
    const names = async (way: 'forward' | 'backward') =>
      (
        await readAllPages(
          way,
          async (window) =>
            (
              await subgraph.execute<{ useCaseCategories: Connection<{ name: string }> }>(
                aMember(),
                `{ useCaseCategories(${window}) { nodes { name } ${PAGE_INFO} } }`,
              )
            ).data.useCaseCategories,
        )
      )
        .map(({ name }) => name as string)
        .filter((name) => name.startsWith(word))
        .map((name) => name.at(-1))
        .join('');
    expect(await names('forward')).toBe('adcb');
    expect(await names('backward')).toBe('bcda');
  });

  it('is refused with a negative displayOrder, in create and update', async () => {
    const id = await createCategory(subgraph, { displayOrder: 7 });
    const refused = { useCaseCategory: null, userErrors: [{ code: 'INVALID', field: ['input', 'displayOrder'] }] };
    const mutate = async (what: 'Create' | 'Update', input: object) =>
      (
        await subgraph.execute<Record<string, object>>(
          aPlatformAdmin(),
          `mutation ($input: UseCaseCategory${what}Input!) {
            useCaseCategory${what}(input: $input) { useCaseCategory { id } userErrors { code field } } }`,
          { input },
        )
      ).data[`useCaseCategory${what}`];
    expect(await mutate('Create', aCategory({ displayOrder: -1 }))).toEqual(refused);
    expect(await mutate('Update', { id, displayOrder: -1 })).toEqual(refused);
    const { data } = await subgraph.execute(aMember(), graphql('query ($id: ID!) { useCaseCategory(id: $id) { displayOrder } }'), { id });
    expect(data.useCaseCategory).toEqual({ displayOrder: 7 });
  });
});
