import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, aPlatformAdmin } from '../../kit/viewers.js';
import { aUseCase, aWord, createCategory, createIndustry, createUseCase, PAGE_INFO, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const CREATE = graphql(`
  mutation ($input: UseCaseCreateInput!) {
    useCaseCreate(input: $input) {
      useCase {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const UPDATE = graphql(`
  mutation ($input: UseCaseUpdateInput!) {
    useCaseUpdate(input: $input) {
      useCase {
        name
        keywords
        tips
        isDynamic
        apiEndpoint
        theory
        revision
        industry {
          id
        }
        category {
          id
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const ENDPOINT = ['input', 'apiEndpoint'];
const dynamic = (apiEndpoint: string) => ({ isDynamic: true, apiEndpoint });
const places = async (): Promise<[string, string]> => [await createIndustry(subgraph), await createCategory(subgraph)];

describe('creating a use case', () => {
  it('stores all fields, in order', async () => {
    const [industryId, categoryId] = await places();
    const fields = {
      name: 'Fraud detection',
      shortDescription: 'Finds fraud.',
      fullDescription: 'Finds fraud while a payment waits.',
      keywords: ['fraud', 'anomaly'],
      tips: ['b', 'a'],
      theory: '**Rare** events.',
      isDynamic: true,
      apiEndpoint: 'https://api.example.com/fraud?version=2',
    };
    const id = await createUseCase(subgraph, industryId, categoryId, fields);
    const { data } = await subgraph.execute<{ useCase: object }>(
      aMember(),
      `query ($id: ID!) { useCase(id: $id) { ${Object.keys(fields).join(' ')} industry { id } category { id } } }`,
      { id },
    );
    expect(data.useCase).toEqual({ ...fields, industry: { id: industryId }, category: { id: categoryId } });
  });

  it('is STATIC by default', async () => {
    const id = await createUseCase(subgraph, ...(await places()));
    const { data } = await subgraph.execute(
      aMember(),
      graphql('query ($id: ID!) { useCase(id: $id) { isDynamic apiEndpoint revision } }'),
      {
        id,
      },
    );
    expect(data.useCase).toEqual({ isDynamic: false, apiEndpoint: null, revision: 1 });
  });

  it('returns the first use case for a repeated idempotency key, also after its first industry and category were deleted', async () => {
    const administrator = aPlatformAdmin();
    const [industryId, categoryId] = await places();
    const input = { ...aUseCase(industryId, categoryId), idempotencyKey: aWord() };
    const create = async (said: object) => (await subgraph.execute(administrator, CREATE, { input: said })).data.useCaseCreate;
    const { useCase } = await create(input);
    const [otherIndustry, otherCategory] = await places();
    const moved = { id: useCase.id, expectedRevision: 1, industryId: otherIndustry, categoryId: otherCategory };
    await subgraph.execute(administrator, UPDATE, { input: moved });
    const { data } = await subgraph.execute(
      administrator,
      graphql(`
        mutation ($industryId: ID!, $categoryId: ID!) {
          industryDelete(input: { id: $industryId }) {
            deletedId
          }
          useCaseCategoryDelete(input: { id: $categoryId }) {
            deletedId
          }
        }
      `),
      { industryId, categoryId },
    );
    expect(data).toEqual({ industryDelete: { deletedId: industryId }, useCaseCategoryDelete: { deletedId: categoryId } });
    expect(await create(input)).toEqual({ useCase, userErrors: [] });
    expect(await create({ ...input, idempotencyKey: aWord() })).toMatchObject({
      useCase: null,
      userErrors: ['industryId', 'categoryId'].map((field) => ({ code: 'NOT_FOUND', field: ['input', field] })),
    });
  });

  it('can be created with the idempotency key of a refused request', async () => {
    const administrator = aPlatformAdmin();
    const [industryId, categoryId] = await places();
    const input = { ...aUseCase(uuidv7(), categoryId), idempotencyKey: aWord() };
    await subgraph.execute(administrator, CREATE, { input });
    const { data } = await subgraph.execute(administrator, CREATE, { input: { ...input, industryId } });
    expect(data.useCaseCreate).toMatchObject({ useCase: { id: expect.any(String) }, userErrors: [] });
  });

  it.each([
    ['an unknown industry', { industryId: uuidv7() }, 'NOT_FOUND', ['input', 'industryId']],
    ['an unknown category', { categoryId: uuidv7() }, 'NOT_FOUND', ['input', 'categoryId']],
    ['a malformed industry', { industryId: 'x' }, 'INVALID', ['input', 'industryId']],
    ['a malformed category', { categoryId: 'x' }, 'INVALID', ['input', 'categoryId']],
    ['a blank short description', { shortDescription: '' }, 'BLANK', ['input', 'shortDescription']],
    ['a long short description', { shortDescription: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'shortDescription']],
    ['a blank full description', { fullDescription: '' }, 'BLANK', ['input', 'fullDescription']],
    ['a blank theory', { theory: '' }, 'BLANK', ['input', 'theory']],
    ['a blank keyword', { keywords: ['a', ' '] }, 'BLANK', ['input', 'keywords', '1']],
    ['a keyword twice', { keywords: ['a', 'b', 'a'] }, 'INVALID', ['input', 'keywords', '2']],
    ['too many keywords', { keywords: Array.from({ length: 21 }, (_, index) => `${index}`) }, 'TOO_LONG', ['input', 'keywords']],
    ['a long tip', { tips: ['x'.repeat(501)] }, 'TOO_LONG', ['input', 'tips', '0']],
    ['an endpoint of a static one', { apiEndpoint: 'https://a.example/' }, 'INVALID', ENDPOINT],
    ['an endpoint without encryption', dynamic('http://a.example/'), 'INVALID', ENDPOINT],
    ['an endpoint without a host', dynamic('/predict'), 'INVALID', ENDPOINT],
    ['an endpoint with a password', dynamic('https://me:secret@a.example/'), 'INVALID', ENDPOINT],
    ['an endpoint with a space', dynamic('https://a.example/a b'), 'INVALID', ENDPOINT],
    ['a long endpoint', dynamic(`https://a.example/${'x'.repeat(2_000)}`), 'TOO_LONG', ENDPOINT],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const input = { ...aUseCase(...(await places())), ...wrong };
    const { data } = await subgraph.execute(aPlatformAdmin(), CREATE, { input });
    expect(data.useCaseCreate).toMatchObject({ useCase: null, userErrors: [{ code, field }] });
    expect(
      (await subgraph.execute(aMember(), graphql('query ($code: String!) { useCaseByCode(code: $code) { id } }'), { code: input.code }))
        .data.useCaseByCode,
    ).toBeNull();
  });
});

describe('changing a use case', () => {
  /** Its first change, unless another revision is named. */
  const change = async (input: object) =>
    (await subgraph.execute(aPlatformAdmin(), UPDATE, { input: { expectedRevision: 1, ...input } })).data?.useCaseUpdate;

  it('replaces its lists, moves it, and keeps the other fields', async () => {
    const id = await createUseCase(subgraph, ...(await places()), { name: 'kept', theory: 'kept', keywords: ['a', 'b'], tips: ['a'] });
    const [industryId, categoryId] = await places();
    const { useCase } = await change({ id, keywords: ['c'], tips: [], industryId, categoryId, theory: null });
    expect(useCase).toMatchObject({
      name: 'kept',
      theory: 'kept',
      keywords: ['c'],
      tips: [],
      revision: 2,
      industry: { id: industryId },
      category: { id: categoryId },
    });
  });

  it('has an endpoint only if it is DYNAMIC', async () => {
    const id = await createUseCase(subgraph, ...(await places()));
    const refused = { useCase: null, userErrors: [{ code: 'INVALID', field: ['input', 'apiEndpoint'] }] };
    const apiEndpoint = 'https://a.example/';
    expect(await change({ id, apiEndpoint })).toMatchObject(refused);
    expect(await change({ id, isDynamic: true, apiEndpoint })).toMatchObject({ useCase: { isDynamic: true, apiEndpoint } });
    expect(await change({ id, expectedRevision: 2, isDynamic: false })).toMatchObject(refused);
    expect(await change({ id, expectedRevision: 2, name: 'renamed' })).toMatchObject({
      useCase: { name: 'renamed', isDynamic: true, apiEndpoint },
    });
    expect(await change({ id, expectedRevision: 3, isDynamic: false, apiEndpoint: null })).toMatchObject({
      useCase: { isDynamic: false, apiEndpoint: null, revision: 4 },
    });
  });

  it('is changed by one of ten concurrent requests with the same revision, and never gets an endpoint if it is STATIC', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await createUseCase(subgraph, ...(await places()), { isDynamic: true });
      const changes = Array.from({ length: 10 }, (_, index) =>
        change({ id, ...(index % 2 === 0 ? { isDynamic: false } : { apiEndpoint: 'https://a.example/' }) }),
      );
      const payloads = await Promise.all(changes);
      expect(payloads.filter((payload) => payload?.useCase)).toHaveLength(1);
      expect(payloads.flatMap((payload) => payload?.userErrors.map(({ code, field }) => `${code} ${field}`))).toEqual(
        Array(9).fill('CONFLICT input,expectedRevision'),
      );
      const { data } = await subgraph.execute(aMember(), graphql('query ($id: ID!) { useCase(id: $id) { revision } }'), { id });
      expect(data.useCase.revision).toBe(2);
    }
  });

  it.each([
    ['an unknown industry', { industryId: uuidv7() }, 'NOT_FOUND', ['input', 'industryId']],
    ['a malformed category', { categoryId: 'x' }, 'INVALID', ['input', 'categoryId']],
    ['a keyword twice', { keywords: ['a', 'a'] }, 'INVALID', ['input', 'keywords', '1']],
    ['a blank theory', { theory: ' ' }, 'BLANK', ['input', 'theory']],
    ['an endpoint that is not https', dynamic('http://a.example/'), 'INVALID', ENDPOINT],
    ['a revision that is gone', { expectedRevision: 0 }, 'CONFLICT', ['input', 'expectedRevision']],
    ['a revision to come', { expectedRevision: 2 }, 'CONFLICT', ['input', 'expectedRevision']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const id = await createUseCase(subgraph, ...(await places()), { name: 'before' });
    expect(await change({ id, name: 'after', ...wrong })).toMatchObject({ useCase: null, userErrors: [{ code, field }] });
    expect(
      (await subgraph.execute(aMember(), graphql('query ($id: ID!) { useCase(id: $id) { name revision } }'), { id })).data.useCase,
    ).toEqual({
      name: 'before',
      revision: 1,
    });
  });
});

describe('listing use cases', () => {
  const list = async (filter: object, args = '') =>
    (
      await subgraph.execute<{ useCases: Connection<{ name: string }> }>(
        aMember(),
        `query ($filter: UseCaseFilter) { useCases(filter: $filter${args}) { totalCount nodes { name } } }`,
        {
          filter,
        },
      )
    ).data.useCases.nodes
      .map(({ name }) => name.at(-1))
      .join('');

  it('filters by industry, category, kind, exact keyword and text', async () => {
    const [[industryId, categoryId], word] = [await places(), aWord()];
    const create = (name: string, input: object, industry = industryId, category = categoryId) =>
      createUseCase(subgraph, industry, category, { name: `${word} ${name}`, ...input });
    await create('a', { keywords: ['fraud', word] });
    await create('b', { shortDescription: 'Saves 50% Of Costs', isDynamic: true }, await createIndustry(subgraph));
    await create(
      'c',
      { fullDescription: 'saves 50 of costs', keywords: ['fraud rings', `${word}s`] },
      industryId,
      await createCategory(subgraph),
    );

    expect(await list({ industryId: industryId.toUpperCase() })).toBe('ac');
    expect(await list({ categoryId })).toBe('ab');
    expect(await list({ industryId, categoryId })).toBe('a');
    expect(await list({ search: word, isDynamic: true })).toBe('b');
    expect(await list({ search: word, isDynamic: false })).toBe('ac');
    expect(await list({ keyword: word })).toBe('a');
    expect(await list({ search: word, keyword: 'fraud' })).toBe('a');
    expect(await list({ keyword: word.toUpperCase() })).toBe('');
    expect(await list({ search: word.toUpperCase() })).toBe('abc');
    expect(await list({ search: '50% of' })).toBe('b');
    expect(await list({ search: 'saves 50', industryId })).toBe('c');
    expect(await list({ search: `${word} c` })).toBe('c');
    const { errors } = await subgraph.execute(aMember(), graphql('{ useCases(filter: { industryId: "x" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('pages through those of an industry in both orders, forward and backward', async () => {
    const [industryId, categoryId] = await places();
    for (const name of ['d', 'b', 'a', 'c', 'b']) await createUseCase(subgraph, industryId, categoryId, { name });
    const names = async (way: 'forward' | 'backward', order: string) => {
      const page = async (window: string) =>
        (
          await subgraph.execute<{ industry: { useCases: Connection<{ name: string }> } }>(
            aMember(),
            `query ($id: ID!) { industry(id: $id) { useCases(${window}${order}) { nodes { name } ${PAGE_INFO} } } }`,
            { id: industryId },
          )
        ).data.industry.useCases;
      return (await readAllPages(way, page)).map(({ name }) => name).join('');
    };
    const byTime = ', orderBy: { field: CREATED_AT, direction: DESC }';
    expect([await names('forward', ''), await names('backward', '')]).toEqual(['abbcd', 'dcbba']);
    expect([await names('forward', byTime), await names('backward', byTime)]).toEqual(['bcabd', 'dbacb']);
  });

  it('refuses a cursor of another filter', async () => {
    const [industryId, categoryId] = await places();
    await createUseCase(subgraph, industryId, categoryId);
    const { data } = await subgraph.execute<{ useCases: Connection<object> }>(
      aMember(),
      `{ useCases(filter: { industryId: "${industryId}" }) { pageInfo { endCursor } } }`,
    );
    const { errors } = await subgraph.execute(aMember(), `{ useCases(after: "${data.useCases.pageInfo.endCursor}") { nodes { id } } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
