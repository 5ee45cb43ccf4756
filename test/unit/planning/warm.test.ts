import { pino } from 'pino';
import { warm, type Prepare } from '../../../gateway/planning/warm.js';

const logged: string[] = [];
const logger = pino({}, { write: (line: string) => void logged.push(line) });

beforeEach(() => void (logged.length = 0));

async function prepared(documents: string[], prepare: Prepare = async () => undefined, signal?: AbortSignal): Promise<unknown[]> {
  const calls: unknown[] = [];
  await warm(documents, async (document, name) => (calls.push(name ?? document), prepare(document, name)), logger, signal);
  return calls;
}

describe('warming up', () => {
  it('prepares every operation of every document', async () => {
    expect(await prepared(['{ a }', 'query A { a } mutation B { b } fragment F on Query { a }'])).toEqual(['{ a }', 'A', 'B']);
    expect(logged).toEqual([]);
  });

  it('goes one operation after another', async () => {
    let running = 0;
    let most = 0;
    await prepared(['{ a }', '{ b }', '{ c }'], async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
    });
    expect(most).toBe(1);
  });

  it('logs what cannot be prepared, and goes on', async () => {
    const failing: Prepare = async (_document, name) => {
      if (name === 'A') throw new Error('no such field');
    };
    expect(await prepared(['query A { a }', 'not GraphQL', 'query B { b }'], failing)).toEqual(['A', 'B']);
    expect(logged.map((line) => JSON.parse(line).err.message)).toEqual(['no such field', expect.stringContaining('Syntax Error')]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const calls = await prepared(['query A { a }', 'query B { b }'], async () => stop.abort(), stop.signal);
    expect(calls).toEqual(['A']);
  });
});
