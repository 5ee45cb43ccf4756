import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import type { Connection, UserError } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, anAdmin, aPlatformAdmin } from '../../kit/viewers.js';
import { aCategory, anIndustry, aTool, aUseCase, aWord, createCategory, createIndustry, PAGE_INFO, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

interface Kind {
  entity: string;
  type: string;
  list: string;
  /** A change names the revision that it has seen. */
  isRevised?: true;
  anInput(): Promise<Record<string, unknown>>;
}

/** The four kinds of entries follow the same rules; what one has beside them is tested in its own file. */
const KINDS: Kind[] = [
  { entity: 'industry', type: 'Industry', list: 'industries', anInput: async () => anIndustry() },
  { entity: 'useCaseCategory', type: 'UseCaseCategory', list: 'useCaseCategories', anInput: async () => aCategory() },
  {
    entity: 'useCase',
    type: 'UseCase',
    list: 'useCases',
    isRevised: true,
    anInput: async () => aUseCase(await createIndustry(subgraph), await createCategory(subgraph)),
  },
  { entity: 'discoveryTool', type: 'DiscoveryTool', list: 'discoveryTools', anInput: async () => aTool() },
];

describe.each(KINDS)('$entity in the catalogue', ({ entity, type, list, isRevised, anInput }) => {
  const administrator = aPlatformAdmin();
  const seen = (expectedRevision: number) => isRevised && { expectedRevision };
  const mutate = async (what: 'Create' | 'Update' | 'Delete', input: object, viewer = administrator) => {
    const selection = what === 'Delete' ? 'deletedId' : `${entity} { id code name icon: __typename }`;
    const { data, errors } = await subgraph.execute<Record<string, { userErrors: UserError[] } & Record<string, { id: string }>>>(
      viewer,
      `mutation ($input: ${type}${what}Input!) { ${entity}${what}(input: $input) { ${selection} userErrors { code field message } } }`,
      { input: what === 'Update' ? { ...seen(1), ...input } : input },
    );
    expect(errors).toBeUndefined();
    return data[`${entity}${what}`]!;
  };
  const create = async (input: object = {}): Promise<string> => (await mutate('Create', { ...(await anInput()), ...input }))[entity]!.id;
  const read = async (id: string) =>
    (
      await subgraph.execute<Record<string, { code: string; name: string }>>(
        aMember(),
        `query ($id: ID!) { ${entity}(id: $id) { code name } }`,
        { id },
      )
    ).data[entity];
  const countOf = async () =>
    (await subgraph.execute<Record<string, Connection<object>>>(aMember(), `{ ${list} { totalCount } }`)).data[list]!.totalCount;

  it('is readable by members of every organization: by id, by code, in pages, and as an entity', async () => {
    const code = aWord();
    const id = await create({ code, name: 'seen' });
    for (const viewer of [aMember(), aMember(), administrator]) {
      const { data } = await subgraph.execute<Record<string, Connection<object>>>(
        viewer,
        `query ($id: ID!, $code: String!, $of: [_Any!]!) {
          ${entity}(id: $id) { name } ${entity}ByCode(code: $code) { id } ${list}(first: 100) { nodes { id } }
          _entities(representations: $of) { ... on ${type} { name createdAt updatedAt } } }`,
        { id, code, of: [uuidv7(), id].map((each) => ({ __typename: type, id: each })) },
      );
      expect(data).toMatchObject({
        [entity]: { name: 'seen' },
        [`${entity}ByCode`]: { id },
        _entities: [null, { name: 'seen', createdAt: expect.any(String) }],
      });
      expect(data[list]!.nodes).toContainEqual({ id });
    }
  });

  it.each(['unknown', 'Not-A-Code', 'a\0b', ''])('is null for the code %j', async (code) => {
    const { data, errors } = await subgraph.execute(aMember(), `query ($code: String!) { ${entity}ByCode(code: $code) { id } }`, { code });
    expect([data, errors]).toEqual([{ [`${entity}ByCode`]: null }, undefined]);
  });

  it('is UNAUTHENTICATED for an anonymous viewer', async () => {
    for (const query of [
      `{ ${list} { nodes { id } } }`,
      `{ ${entity}ByCode(code: "x") { id } }`,
      `{ ${entity}(id: "${uuidv7()}") { id } }`,
    ]) {
      expect((await subgraph.execute(null, query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    const query = `mutation ($input: ${type}DeleteInput!) { ${entity}Delete(input: $input) { deletedId } }`;
    expect((await subgraph.execute(null, query, { input: { id: uuidv7() } })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['a member', aMember],
    ['an administrator of an organization', anAdmin],
  ])('cannot be changed by %s', async (_, aViewer) => {
    const id = await create({ name: 'before' });
    const before = await countOf();
    const forbidden = { userErrors: [{ code: 'FORBIDDEN', field: null }] };
    expect(await mutate('Create', await anInput().then((input) => ({ ...input, code: 'Wrong too' })), aViewer())).toMatchObject({
      [entity]: null,
      ...forbidden,
    });
    expect(await mutate('Update', { id, name: 'after' }, aViewer())).toMatchObject({ [entity]: null, ...forbidden });
    expect(await mutate('Delete', { id }, aViewer())).toMatchObject({ deletedId: null, ...forbidden });
    expect(await read(id)).toMatchObject({ name: 'before' });
    // The two that an input of a use case may need were made by the administrator.
    expect(await countOf()).toBe(before);
  });

  it.each([
    ['a blank code', { code: ' ' }, 'BLANK', 'code'],
    ['a code with capitals', { code: 'Fraud' }, 'INVALID', 'code'],
    ['a code with two hyphens in a row', { code: 'a--b' }, 'INVALID', 'code'],
    ['a code with a hyphen at the end', { code: 'a-' }, 'INVALID', 'code'],
    ['a long code', { code: 'x'.repeat(101) }, 'TOO_LONG', 'code'],
    ['a blank name', { name: '' }, 'BLANK', 'name'],
    ['a long name', { name: 'x'.repeat(201) }, 'TOO_LONG', 'name'],
  ])('is refused with %s, in create and update', async (_, wrong, code, field) => {
    const input = await anInput();
    const id = await create({ name: 'before' });
    const before = await countOf();
    const refused = { [entity]: null, userErrors: [{ code, field: ['input', field] }] };
    expect(await mutate('Create', { ...input, ...wrong })).toMatchObject(refused);
    expect(await mutate('Update', { id, name: 'after', ...wrong })).toMatchObject(refused);
    expect(await read(id)).toMatchObject({ name: 'before' });
    expect(await countOf()).toBe(before);
  });

  it('has a unique code: one of ten concurrent requests gets it, and no other can change to it', async () => {
    const inputs = await Promise.all(Array.from({ length: 10 }, anInput));
    const code = aWord();
    const payloads = await Promise.all(inputs.map((input) => mutate('Create', { ...input, code })));
    expect(payloads.filter((payload) => payload[entity])).toHaveLength(1);
    const errors = payloads.flatMap(({ userErrors }) => userErrors);
    expect(errors.map((error) => `${error.code} ${error.field}`)).toEqual(Array(9).fill('TAKEN input,code'));
    const id = await create({ code: `${code}-2` });
    expect(await mutate('Update', { id, code })).toMatchObject({
      [entity]: null,
      userErrors: [{ code: 'TAKEN', field: ['input', 'code'] }],
    });
    expect(await read(id)).toMatchObject({ code: `${code}-2` });
  });

  it('is created once for a repeated idempotency key', async () => {
    const input = { ...(await anInput()), idempotencyKey: aWord() };
    const [first, second] = [await mutate('Create', input), await mutate('Create', input)];
    expect(second).toEqual(first);
    expect(await mutate('Create', { ...input, name: 'other' })).toMatchObject({
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });

  it('keeps fields that an update omits or sets to null', async () => {
    const code = aWord();
    const id = await create({ code, name: 'before' });
    expect((await mutate('Update', { id, code: null, name: 'after' }))[entity]).toMatchObject({ code, name: 'after' });
    expect((await mutate('Update', { id, ...seen(2), code: `${code}-b`, name: null }))[entity]).toMatchObject({
      code: `${code}-b`,
      name: 'after',
    });
  });

  it('is deleted once, and is then NOT_FOUND', async () => {
    const id = await create();
    expect(await mutate('Delete', { id })).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(id)).toBeNull();
    const unknown = { userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }] };
    expect(await mutate('Delete', { id })).toMatchObject({ deletedId: null, ...unknown });
    expect(await mutate('Update', { id, name: 'x' })).toMatchObject({ [entity]: null, ...unknown });
    const malformed = { userErrors: [{ code: 'INVALID', field: ['input', 'id'] }] };
    expect(await mutate('Delete', { id: 'x' })).toMatchObject(malformed);
    expect(await mutate('Update', { id: 'x', name: 'x' })).toMatchObject(malformed);
  });

  it('is paged by name, forward and backward, without repeating or skipping', async () => {
    const word = aWord();
    for (const name of ['d', 'b', 'a', 'c', 'b']) await create({ name: `${word} ${name}` });
    const names = async (way: 'forward' | 'backward', direction: string) => {
      const rows = await readAllPages(
        way,
        async (window) =>
          (
            await subgraph.execute<Record<string, Connection<{ name: string }>>>(
              aMember(),
              `{ ${list}(${window}, orderBy: { field: NAME, direction: ${direction} }) { nodes { name } ${PAGE_INFO} } }`,
            )
          ).data[list]!,
      );
      return rows
        .map(({ name }) => name as string)
        .filter((name) => name.startsWith(word))
        .map((name) => name.at(-1))
        .join('');
    };
    expect(await names('forward', 'ASC')).toBe('abbcd');
    expect(await names('backward', 'ASC')).toBe('dcbba');
    expect(await names('forward', 'DESC')).toBe('dcbba');
    expect(await names('backward', 'DESC')).toBe('abbcd');
  });
});
