import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, aPlatformAdmin } from '../../kit/viewers.js';
import { aCategory, aWord, createCategory, PAGE_INFO, walk } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

describe('a category', () => {
  it('comes in display order, and refuses a negative place', async () => {
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
        await walk(
          way,
          async (window) =>
            (await subgraph.ask(aMember(), `{ useCaseCategories(${window}) { nodes { name } ${PAGE_INFO} } }`)).data.useCaseCategories,
        )
      )
        .map(({ name }) => name as string)
        .filter((name) => name.startsWith(word))
        .map((name) => name.at(-1))
        .join('');
    expect(await names('forward')).toBe('adcb');
    expect(await names('backward')).toBe('bcda');
    const { data } = await subgraph.ask(
      aPlatformAdmin(),
      `mutation ($input: UseCaseCategoryCreateInput!) { useCaseCategoryCreate(input: $input) { useCaseCategory { id } userErrors { code field } } }`,
      { input: aCategory({ displayOrder: -1 }) },
    );
    expect(data.useCaseCategoryCreate).toEqual({
      useCaseCategory: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'displayOrder'] }],
    });
  });
});
