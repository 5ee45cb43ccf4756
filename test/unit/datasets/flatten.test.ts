import fc from 'fast-check';
import { canonicalJson, flatten } from '../../../subgraphs/datasets/run-comparison/flatten.js';

/** A JSON value as it comes from a request: names may be anything, and -0 is 0. */
const json = fc.jsonValue({ depthSize: 'medium' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const object = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', '.', '\\', 'a.b', '', '__proto__', '0'), fc.string()), json);

/** The names of a path: a backslash takes its meaning from the character after it. */
function namesOf(path: string): string[] {
  const names = [''];
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === '.') names.push('');
    else names[names.length - 1] += path[index] === '\\' ? path[(index += 1)]! : path[index]!;
  }
  return names;
}

/** The object that has these settings. */
function unflatten(flat: ReadonlyMap<string, unknown>): object {
  const whole = Object.create(null) as Record<string, unknown>;
  for (const [path, value] of flat) {
    const names = namesOf(path);
    let inside = whole;
    for (const name of names.slice(0, -1)) inside = (inside[name] ??= Object.create(null)) as Record<string, unknown>;
    inside[names.at(-1)!] = value;
  }
  return whole;
}

describe('flattened settings', () => {
  it('have dotted paths as keys', () => {
    expect([...flatten({ lr: 0.1, tree: { depth: 3, 'l.r': { x: null } }, layers: [64, 32], extra: {} })]).toEqual([
      ['lr', 0.1],
      ['tree.depth', 3],
      ['tree.l\\.r.x', null],
      ['layers', [64, 32]],
      ['extra', {}],
    ]);
  });

  it('can be turned back into the object', () => {
    fc.assert(fc.property(object, (settings) => expect(canonicalJson(unflatten(flatten(settings)))).toBe(canonicalJson(settings))));
  });

  it('contain only own properties, and change no prototype', () => {
    expect(flatten(JSON.parse('{"__proto__": {"polluted": true}}'))).toEqual(new Map([['__proto__.polluted', true]]));
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    expect(flatten({})).toEqual(new Map());
  });
});

describe('the canonical text of a value', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, one]) => [name, shuffled(one)]),
          )
        : value;

  it('is the same for any order of keys', () => {
    fc.assert(fc.property(json, (value) => expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))));
  });

  it('parses to the value, so that different values have different texts', () => {
    fc.assert(fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(value)));
  });
});
