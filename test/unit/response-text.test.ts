import fc from 'fast-check';
import { responseText } from '../../subgraphs/shared/server/response-text.js';

const anyJson = fc.jsonValue({ maxDepth: 6 });
const asResult = (data: unknown) => ({ data }) as never;

describe('the text of a response', () => {
  it('is that of JSON.stringify', () => {
    fc.assert(fc.property(anyJson, (data) => expect(responseText(asResult(data), 1e6)).toBe(JSON.stringify({ data }))));
  });

  it('is that of JSON.stringify for values without a text of their own, and for objects with toJSON and without a prototype', () => {
    const data = [undefined, { a: undefined, b: [new Date(0), { c: [] }] }, Object.assign(Object.create(null), { d: [[1], [{ e: [2] }]] })];
    expect(responseText(asResult(data), 1e6)).toBe(JSON.stringify({ data }));
  });

  it('is complete if it has exactly the largest size in bytes, and otherwise an error with the limit and a remedy', () => {
    fc.assert(
      fc.property(anyJson, (data) => {
        const text = JSON.stringify({ data });
        const bytes = Buffer.byteLength(text);
        expect(responseText(asResult(data), bytes)).toBe(text);
        const { errors, data: none } = JSON.parse(responseText(asResult(data), bytes - 1));
        expect([none, errors[0].extensions.code]).toEqual([null, 'RESPONSE_TOO_LARGE']);
        expect(errors[0].message).toContain(`larger than ${bytes - 1} bytes. Request fewer fields or smaller pages`);
      }),
    );
  });

  it('of a mutation that is too large says that the mutation was executed', () => {
    expect(JSON.parse(responseText(asResult({ a: 'aaaaaaaa' }), 10, true)).errors[0].message).toContain('The mutation was executed');
  });

  it('stops at the limit, so that the elements of a list after it are not written', () => {
    let written = 0;
    const element = { text: 'x'.repeat(100), toJSON: () => (written++, 'x'.repeat(100)) };
    responseText(asResult({ list: Array.from({ length: 1000 }, () => element) }), 1050);
    expect(written).toBeLessThan(12);
  });
});
