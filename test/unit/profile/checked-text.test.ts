import fc from 'fast-check';
import { checkedText } from '../../../subgraphs/datasets/dataset-profile/checked-text.js';
import { MAX_ROW_BYTES } from '../../../subgraphs/datasets/dataset-profile/profile-task.js';

/** Returns the output of `checkedText` for a text that arrives in chunks of `size` bytes. */
async function passed(text: string, size: number): Promise<string> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of checkedText(pieces())) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const line = (length: number) => 'x'.repeat(length);

describe('checked text', () => {
  it('is the input without its leading blank lines, for any chunks', async () => {
    const parts = fc.array(fc.constantFrom('a', ',', '\n', '\r\n', '\r', ' ', '\t', '"'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (some, size) => {
        const text = `${some.join('')}end`;
        expect(await passed(text, text.length)).toBe(text.replace(/^(?:[ \t]*[\r\n])+/, ''));
        expect((await passed(text, size)).trimStart()).toBe(text.trimStart());
      }),
    );
  });

  it.each([1_000, 65_536, 262_144, 300_000, 10_000_000])('has no line beyond the limit, in chunks of %i bytes', async (size) => {
    const longest = line(MAX_ROW_BYTES);
    const fine = `a\n${longest}\r\n${line(5)}\n${longest}\n${longest}`;
    expect(await passed(fine, size)).toBe(fine);
    for (const bad of [`${longest}x`, `a\n${longest}x\nb`, `a\n${longest}\n${line(9)}\n${longest}x`])
      await expect(passed(bad, size)).rejects.toMatchObject({ code: 'ROW_TOO_LONG' });
  });

  it('has no NUL character', async () => {
    await expect(passed('a\nb\0', 2)).rejects.toMatchObject({ code: 'NOT_A_TABLE' });
  });
});
