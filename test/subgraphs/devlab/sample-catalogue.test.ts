import { discoveryTools, industries, useCaseCategories, useCases } from '../../../samples/catalogue/index.js';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import type { UserError } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, aPlatformAdmin } from '../../kit/viewers.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const wordsOf = (text: string) => text.split(/\s+/).length;

describe('the sample catalogue', () => {
  it('has the nine industries and the nine categories', () => {
    expect(industries.map(({ name }) => name)).toEqual([
      'E-commerce',
      'Fintech',
      'Retail',
      'Healthcare',
      'Travel',
      'Hospitality',
      'Entertainment',
      'Manufacturing',
      'Real Estate',
    ]);
    expect(useCaseCategories.map(({ name }) => name).sort()).toEqual([
      'Analytics',
      'Creative & AR',
      'Gamification',
      'Logistics',
      'Marketing Intelligence',
      'Personalization',
      'Pricing & Fraud',
      'Product Discovery',
      'Product Intelligence',
    ]);
  });

  it('has at least three use cases for each industry, and each category in use', () => {
    expect(useCases.length).toBeGreaterThanOrEqual(36);
    const named = (field: 'industryCode' | 'categoryCode', code: string) => useCases.filter((useCase) => useCase[field] === code).length;
    for (const { code } of industries) expect([code, named('industryCode', code) >= 3]).toEqual([code, true]);
    for (const { code } of useCaseCategories) expect([code, named('categoryCode', code) > 0]).toEqual([code, true]);
  });

  it.each(useCases.map((useCase) => [useCase.code, useCase] as const))(
    'describes %s in enough words',
    (_, { keywords, tips, theory, shortDescription, fullDescription }) => {
      expect(keywords.length).toBeGreaterThanOrEqual(3);
      expect(keywords.length).toBeLessThanOrEqual(6);
      expect(tips.length).toBeGreaterThanOrEqual(2);
      expect(tips.length).toBeLessThanOrEqual(4);
      expect(wordsOf(theory)).toBeGreaterThanOrEqual(60);
      expect(wordsOf(theory)).toBeLessThanOrEqual(120);
      expect(wordsOf(fullDescription)).toBeGreaterThan(2 * wordsOf(shortDescription));
    },
  );

  it('is accepted completely, and found by industry and category', async () => {
    const administrator = aPlatformAdmin();
    const load = async (entity: string, type: string, inputs: readonly object[]) => {
      const ids: Record<string, string> = {};
      for (const input of inputs) {
        const { data, errors } = await subgraph.execute<
          Record<string, { userErrors: UserError[] } & Record<string, { id: string; code: string }>>
        >(
          administrator,
          `mutation ($input: ${type}CreateInput!) {
            ${entity}Create(input: $input) { ${entity} { id code } userErrors { code field message } } }`,
          { input },
        );
        expect([errors, data[`${entity}Create`]!.userErrors]).toEqual([undefined, []]);
        const { id, code } = data[`${entity}Create`]![entity]!;
        ids[code] = id;
      }
      return ids;
    };
    const industryIds = await load('industry', 'Industry', industries);
    const categoryIds = await load('useCaseCategory', 'UseCaseCategory', useCaseCategories);
    await load('discoveryTool', 'DiscoveryTool', discoveryTools);
    const inputs = useCases.map(({ industryCode, categoryCode, ...rest }) => ({
      ...rest,
      industryId: industryIds[industryCode],
      categoryId: categoryIds[categoryCode],
    }));
    await load('useCase', 'UseCase', inputs);

    const { data } = await subgraph.execute(
      aMember(),
      graphql(`
        {
          industries {
            nodes {
              name
              useCaseCount
            }
          }
          useCaseCategories {
            nodes {
              name
              useCases {
                totalCount
              }
            }
          }
          useCases(filter: { isDynamic: true }) {
            totalCount
          }
          fraud: useCases(filter: { keyword: "fraud" }) {
            nodes {
              code
              industry {
                code
              }
              category {
                code
              }
            }
          }
          discoveryTools {
            totalCount
          }
          colors: discoveryToolByCode(code: "color-predictor") {
            interactionType
          }
          bills: discoveryToolByCode(code: "bill-negotiator") {
            interactionType
          }
        }
      `),
    );
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    expect(data.industries.nodes.map(({ name }) => name)).toEqual(industries.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1)));
    expect(sum(data.industries.nodes.map(({ useCaseCount }) => useCaseCount))).toBe(useCases.length);
    expect(data.useCaseCategories.nodes.map(({ name }) => name)).toEqual(useCaseCategories.map(({ name }) => name));
    expect(sum(data.useCaseCategories.nodes.map((category) => category.useCases.totalCount))).toBe(useCases.length);
    expect(data.useCases.totalCount).toBe(useCases.filter(({ isDynamic }) => isDynamic).length);
    expect(data.fraud.nodes).toEqual([
      { code: 'card-fraud-detection', industry: { code: 'fintech' }, category: { code: 'pricing-fraud' } },
    ]);
    expect(data).toMatchObject({
      discoveryTools: { totalCount: 10 },
      colors: { interactionType: 'INPUT' },
      bills: { interactionType: 'CHAT' },
    });
  });
});
