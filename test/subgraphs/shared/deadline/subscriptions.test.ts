import { chat } from '../../../../subgraphs/chat/subgraph.js';
import type { Database } from '../../../../subgraphs/shared/database/database.js';
import { runSubgraph, type RunningSubgraph } from '../../../kit/subgraph.js';
import { copyTemplate } from '../../../kit/template.js';
import { aMember } from '../../../kit/viewers.js';
import { createSession, startTurn } from '../../chat/arrange.js';
import { SlowStatement } from './slow-statement.js';

let database: Database;
let subgraph: RunningSubgraph;
const slow = new SlowStatement();
beforeAll(async () => {
  database = await copyTemplate('chat');
  subgraph = await runSubgraph(chat, { database: slow.watch(database), works: false });
});
afterAll(async () => {
  await subgraph.close();
  await database.close();
});

describe('an event of a subscription', () => {
  it('has a time of its own, and one that took too long does not end the stream', async () => {
    const viewer = aMember();
    const id = await createSession(subgraph as never, viewer);
    const query = 'subscription ($id: ID!) { chatSessionUpdated(id: $id) { id turns { totalCount } } }';
    const body = JSON.stringify({ query, variables: { id } });
    const headers = { ...subgraph.headers(viewer, body, { timeoutMs: 400 }), accept: 'text/event-stream' };
    const client = new AbortController();
    const response = await fetch(subgraph.url, { method: 'POST', headers, body, signal: client.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const next = async (): Promise<unknown> => {
      for (;;) {
        const match = /data: (.*)\n\n/.exec(text);
        if (match) {
          text = text.slice(match.index + match[0].length);
          return JSON.parse(match[1]!);
        }
        text += (await reader.read()).value;
      }
    };
    expect(await next()).toEqual({ data: { chatSessionUpdated: { id, turns: { totalCount: 0 } } } });
    slow.pattern = /count\(\*\)/;
    await startTurn(subgraph as never, viewer, id);
    expect(await next()).toMatchObject({
      data: { chatSessionUpdated: { id, turns: { totalCount: null } } },
      errors: [{ path: ['chatSessionUpdated', 'turns', 'totalCount'], extensions: { code: 'TIMEOUT' } }],
    });
    slow.pattern = null;
    await new Promise((resolve) => setTimeout(resolve, 500)); // Longer than the time of an event.
    await startTurn(subgraph as never, viewer, id);
    expect(await next()).toEqual({ data: { chatSessionUpdated: { id, turns: { totalCount: 2 } } } });
    client.abort();
  });
});
