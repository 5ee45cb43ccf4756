import type { composeInThread as ComposeInThread } from '../../gateway/supergraph/compose-in-thread.js';
import { compose } from '../../gateway/supergraph/compose.js';

const compiled = new URL('../../dist/gateway/supergraph/compose-in-thread.js', import.meta.url).href;
const { composeInThread } = (await import(compiled)) as { composeInThread: typeof ComposeInThread };

const subgraph = (name: string, sdl: string) => ({ name, url: `http://${name}`, sdl });

describe('composing in a thread', () => {
  it('returns the same supergraph as composing in this thread', async () => {
    const subgraphs = [subgraph('a', 'type Query { a: Int }'), subgraph('b', 'type Query { b: Int }')];
    expect(await composeInThread(subgraphs)).toBe(compose(subgraphs));
  });

  it('reports why subgraphs do not compose', async () => {
    const subgraphs = [subgraph('a', 'type Query { same: Int }'), subgraph('b', 'type Query { same: String }')];
    await expect(composeInThread(subgraphs)).rejects.toThrow(/The subgraphs do not compose:\n.*Query\.same/);
    await expect(composeInThread([subgraph('a', 'garbage')])).rejects.toThrow('Syntax Error');
  });
});
