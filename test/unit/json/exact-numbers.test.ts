import { isObject, JsonNumber, parseJson, roundNumbers, stringifyJson } from '../../../gateway/json.js';

const INEXACT = [
  '9007199254740993',
  '-9007199254740995',
  '123456789012345678901234567890',
  '0.10',
  '7.0',
  '-0',
  '-0.0',
  '1e400',
  '-3E+999',
];
const ALSO_INEXACT = ['2E3', '1e5', '0.1234567890123456789', '1.7976931348623157e309', '5e-400', '100000000000000000000000'];
const EXACT = ['0', '42', '-7', '0.1', '0.30000000000000004', '9007199254740991', '1e-7', '1.5e+300', '123456789012345680000'];
const PLACES = [
  (digits: string) => `{"data":{"a":${digits}}}`,
  (digits: string) => `{ "data" : [ ${digits} , 1,\n\t${digits}\n] }`,
  (digits: string) => `[${digits},"${digits}","say \\"${digits}\\",${digits},\\\\",{"${digits}":[[${digits}]]}]`,
  (digits: string) => `{"__proto__":${digits},"constructor":{"toString":${digits}}}`,
];
const compact = (json: string): string => json.replaceAll(/("(?:[^"\\]|\\.)*")|\s/g, '$1');

describe('parsing and writing JSON', () => {
  it.each([...INEXACT, ...ALSO_INEXACT, ...EXACT])('keeps the digits of %s wherever it is', (digits) => {
    for (const place of PLACES) expect(stringifyJson(parseJson(place(digits)))).toBe(compact(place(digits)));
  });

  it('returns plain numbers for those that JavaScript represents exactly', () => {
    expect(parseJson(`[${EXACT.join()}]`)).toEqual(EXACT.map(Number));
    expect(parseJson(`[1.0,${EXACT.join()}]`)).toEqual([expect.any(JsonNumber), ...EXACT.map(Number)]);
  });

  it('returns the same as JSON.parse for strings that look like numbers', () => {
    const text = JSON.stringify({ a: ',1.0,', 'b:1e5': [':12345678901234567890}', '2001-02-03T04:05:06.000Z', '\\', '"', ':-0 '] });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each(['{"a":01.0}', '[1.0', '{1.0:2}', '[1.]', '[1e]', '[--1.0]', '', '[1.0 2.0]', '["1.0]'])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('does not take such a number for an object, and rounds it on demand', () => {
    const value = parseJson('{"a":[7.0,{"__proto__":1e400}]}');
    expect(isObject((value as { a: unknown[] }).a[0])).toBe(false);
    const rounded = roundNumbers(value) as { a: [number, object] };
    expect(rounded.a[0]).toBe(7);
    expect(Object.entries(rounded.a[1])).toEqual([['__proto__', Infinity]]);
  });
});
