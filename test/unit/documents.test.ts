import { parse } from 'graphql';
import { createDocumentStore } from '../../subgraphs/shared/server/document-store.js';

const kept = async (store: ReturnType<typeof createDocumentStore>, keys: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(keys.map((key) => store.get(key)));
  return keys.filter((_, index) => found[index] !== undefined);
};
const keys = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);

describe('the document store', () => {
  it('keeps the thousand most recently used documents', async () => {
    const store = createDocumentStore();
    const document = parse('{ a }');
    for (const key of keys(1000)) await store.set(key, document);
    expect(await store.get('0')).toBe(document);
    await store.set('new', document);
    expect(await kept(store, ['0', '1', '2', 'new'])).toEqual(['0', '2', 'new']);
  });

  it('keeps fewer long documents, also if a comment makes them long', async () => {
    const store = createDocumentStore();
    for (const key of keys(10)) await store.set(key, parse(`{ a } # ${'x'.repeat(200_000)}${key}`));
    expect(await kept(store, keys(10))).toEqual(['8', '9']);
  });

  it('does not return a deleted document', async () => {
    const store = createDocumentStore();
    await store.set('a', parse('{ a }'));
    expect([await store.delete('a'), await store.get('a')]).toEqual([true, undefined]);
  });
});
