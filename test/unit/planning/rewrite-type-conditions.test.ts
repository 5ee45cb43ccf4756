import { Supergraph } from '@apollo/federation-internals';
import { getOperationAST, parse, print, stripIgnoredCharacters, validate } from 'graphql';
import { rewriteTypeConditions } from '../../../gateway/planning/rewrite-type-conditions.js';
import { compose } from '../../../gateway/supergraph/compose.js';
import { GENEROUS_MS } from '../../kit/eventually.js';

const supergraph = compose([
  {
    name: 'zoo',
    url: 'http://zoo',
    sdl: `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@inaccessible"])
      type Query { pet: Pet any: Any }
      interface Pet { name: String friend: Pet }
      union Any = Cat | Dog | Hidden
      union Feline = Cat | Hidden
      type Cat implements Pet { name: String friend: Dog }
      type Dog implements Pet { name: String friend: Pet }
      type Hidden @inaccessible { name: String }`,
  },
]);
const schema = Supergraph.build(supergraph).apiSchema();

/** Returns the rewritten operation as text; `interfaceObjects` are the names of the types to treat as interface objects. */
function plannable(text: string, ...interfaceObjects: string[]): string {
  const document = parse(text);
  expect(validate(schema.toGraphQLJSSchema(), document)).toEqual([]);
  return stripIgnoredCharacters(print(rewriteTypeConditions(document, getOperationAST(document)!, schema, new Set(interfaceObjects))));
}

const same = (text: string) => stripIgnoredCharacters(text);

it('an operation whose conditions can all be met is not changed', () => {
  const text = 'query A { pet { name ...F } any { ...F } } fragment F on Pet { ... on Cat { name friend { ... on Pet { name } } } }';
  expect(plannable(text)).toBe(same(text));
});

describe('a condition that no object meets is removed', () => {
  it.each([
    [
      'in a chain of conditions',
      '{ any { ... on Pet { ... on Cat { ... on Pet { ... on Dog { name } } } name } } }',
      '{any{...on Pet{name}}}',
    ],
    [
      'with all that is left empty by it',
      '{ pet { ... on Pet { ... on Cat { ... on Pet { ... on Dog { name } } } } } }',
      '{pet{__typename}}',
    ],
    [
      'below a field that narrows the type',
      '{ pet { ... on Cat { friend { ... on Pet { ... on Cat { name } } } } } }',
      '{pet{...on Cat{friend{__typename}}}}',
    ],
    [
      'of types that clients do not see',
      '{ any { ... on Feline { ... on Any { ... on Dog { name } } ... on Cat { name } } } }',
      '{any{...on Feline{...on Cat{name}}}}',
    ],
    [
      'in one place of a fragment only',
      `query($v: Boolean!) { pet { ... on Cat { ...F @include(if: $v) } ... on Dog { ...F } } }
      fragment F on Pet { ... on Dog { name } ... on Cat { name } }`,
      'query($v:Boolean!){pet{...on Cat{...on Pet@include(if:$v){...on Cat{name}}}...on Dog{...on Pet{...on Dog{name}}}}}',
    ],
  ])('%s', (_, text, left) => expect(plannable(text)).toBe(left));
});

describe('on an interface object', () => {
  it('fragments on other abstract types are replaced by fragments on object types', () => {
    expect(plannable('query($v: Boolean!) { pet { name ... on Any @skip(if: $v) { __typename } } }', 'Pet')).toBe(
      'query($v:Boolean!){pet{name ...on Cat@skip(if:$v){__typename}...on Dog@skip(if:$v){__typename}}}',
    );
  });

  it('fragments on itself and on object types are kept', () => {
    const text = '{ pet { ... on Pet { name } ... on Cat { name } } any { ... on Pet { name } } }';
    expect(plannable(text, 'Pet')).toBe(same(text));
  });
});

it('fragments that multiply exponentially are not changed, in linear time', () => {
  const bomb = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Pet { friend { ...F${n + 1} } ... on Dog { ...F${n + 1} } }`);
  const text = `{ pet { ... on Cat { ... on Pet { ... on Dog { name } } } ...F0 } } ${bomb.join(' ')} fragment F60 on Pet { name }`;
  const document = parse(text);
  const started = performance.now();
  expect(rewriteTypeConditions(document, getOperationAST(document)!, schema, new Set())).toBe(document);
  expect(performance.now() - started).toBeLessThan(GENEROUS_MS);
});
