import { type Cases, type Graph, subgraph } from '../feature.js';

const echo = (_: unknown, given: object) => JSON.stringify(given);

/** `show` says which arguments a resolver was given: an absent one is not the same as null. */
export const graph: Graph = {
  a: subgraph(
    `type Query { item: Item! items: [Item!]!
       show(text: String = "default", number: Int, list: [Int!], matrix: [[Int]], flag: Boolean! = true, point: Point): String! }
     type Item @key(fields: "id") { id: ID! }
     input Point { x: Int! = 1 y: Int label: String = "p" }`,
    { Query: { item: () => ({ id: '1' }), items: () => [{ id: '1' }, { id: '2' }], show: echo } },
  ),
  b: subgraph(
    `type Item @key(fields: "id") { id: ID! show(text: String = "default", number: Int, points: [Point!]): String!
       named(representations: String): String! }
     input Point { x: Int! = 1 y: Int label: String = "p" }`,
    { Item: { show: echo, named: (_: unknown, { representations }: { representations: string }) => representations } },
  ),
};

const text = 'query ($text: String, $number: Int = 7) { show(text: $text, number: $number) item { show(text: $text, number: $number) } }';

export const cases: Cases = {
  'given ones, in both subgraphs': {
    query: text,
    variables: { text: 'x', number: 0 },
    data: { show: '{"text":"x","number":0,"flag":true}', item: { show: '{"text":"x","number":0}' } },
  },
  'absent ones: the default of the variable, else that of the argument': {
    query: text,
    data: { show: '{"text":"default","number":7,"flag":true}', item: { show: '{"text":"default","number":7}' } },
  },
  'null is not absent': {
    query: text,
    variables: { text: null, number: null },
    data: { show: '{"text":null,"number":null,"flag":true}', item: { show: '{"text":null,"number":null}' } },
  },
  'an absent one without any default is an absent argument': {
    query: 'query ($number: Int) { show(number: $number, text: null) item { show(number: $number) } }',
    data: { show: '{"text":null,"flag":true}', item: { show: '{"text":"default"}' } },
  },
  'a default for an argument that takes no null': {
    query: 'query ($flag: Boolean! = false) { show(flag: $flag) }',
    data: { show: '{"text":"default","flag":false}' },
  },
  'a nullable variable at an argument that has a default': {
    query: 'query ($flag: Boolean) { show(flag: $flag) }',
    data: { show: '{"text":"default","flag":true}' },
  },
  'lists, of one value, of nulls, of lists': {
    query: 'query ($list: [Int!], $matrix: [[Int]] = [[1, null], null]) { show(list: $list, matrix: $matrix) }',
    variables: { list: 3 },
    data: { show: '{"text":"default","list":[3],"matrix":[[1,null],null],"flag":true}' },
  },
  'variables within a list': {
    query: 'query ($one: Int!, $two: Int) { show(list: [$one, 2], matrix: [[$two], [$one, $two]]) }',
    variables: { one: 1 },
    data: { show: '{"text":"default","list":[1,2],"matrix":[[null],[1,null]],"flag":true}' },
  },
  'objects with defaults, given and by default': {
    query:
      'query ($point: Point, $points: [Point!] = [{ y: 2 }, { x: 0, label: null }]) { show(point: $point) item { show(points: $points) } }',
    variables: { point: { y: null } },
    data: {
      show: '{"text":"default","flag":true,"point":{"x":1,"y":null,"label":"p"}}',
      item: { show: '{"text":"default","points":[{"x":1,"y":2,"label":"p"},{"x":0,"label":null}]}' },
    },
  },
  'a variable within an object': {
    query: 'query ($x: Int! = 5, $y: Int, $label: String) { show(point: { x: $x, y: $y, label: $label }) }',
    variables: { label: 'l' },
    data: { show: '{"text":"default","flag":true,"point":{"x":5,"label":"l"}}' },
  },
  'those of one subgraph are not sent to the other': {
    query: 'query ($a: Int!, $b: String!) { show(number: $a) items { show(text: $b) } }',
    variables: { a: 1, b: 'b' },
    data: {
      show: '{"text":"default","number":1,"flag":true}',
      items: [{ show: '{"text":"b"}' }, { show: '{"text":"b"}' }],
    },
  },
  'one that is called as the list of representations': {
    query: 'query ($representations: String!) { item { named(representations: $representations) } }',
    variables: { representations: 'mine' },
    data: { item: { named: 'mine' } },
    stock: 'it refuses a variable of that name',
  },
  'names that objects have of themselves': {
    query: `query ($constructor: String, $__proto__: Int, $toString: Int) {
        show(text: $constructor, number: $__proto__) item { show(number: $toString) } }`,
    variables: Object.fromEntries([
      ['constructor', 'c'],
      ['__proto__', 9],
    ]),
    data: { show: '{"text":"c","number":9,"flag":true}', item: { show: '{"text":"default"}' } },
  },

  'some that are called as what several lists of representations could be called': {
    query: `query ($_0: String, $_1: Int, $representations_0: Int, $representations0: Int) {
      item { show(text: $_0) a: show(number: $representations_0) }
      items { show(number: $_1) a: show(number: $representations0) }
    }`,
    variables: { _0: 'zero', _1: 1, representations_0: 2, representations0: 3 },
    data: {
      item: { show: '{"text":"zero"}', a: '{"text":"default","number":2}' },
      items: [
        { show: '{"text":"default","number":1}', a: '{"text":"default","number":3}' },
        { show: '{"text":"default","number":1}', a: '{"text":"default","number":3}' },
      ],
    },
  },
  'one that is called as another could be renamed to': {
    query: `query ($client_representations: String!, $representations: String!) {
        item { a: named(representations: $client_representations) b: named(representations: $representations) } }`,
    variables: { client_representations: 'a', representations: 'b' },
    data: { item: { a: 'a', b: 'b' } },
    stock: 'it refuses a variable called `representations`',
  },
  'one of several operations': {
    query: `query A($text: String = "of A") { ...F } query B($text: String = "of B") { ...F item { show(text: $text) } }
      fragment F on Query { show(text: $text) }`,
    operationName: 'B',
    data: { show: '{"text":"of B","flag":true}', item: { show: '{"text":"of B"}' } },
  },
  'one that has to be given and is not': {
    query: 'query ($number: Int!) { show(number: $number) }',
    data: undefined,
    errors: [{ message: 'Variable "$number" of required type "Int!" was not provided.', path: [], code: 'BAD_USER_INPUT' }],
    asks: [],
  },
  'one of the wrong type': {
    query: 'query ($list: [Int!]) { show(list: $list) }',
    variables: { list: [1, 'two'] },
    data: undefined,
    errors: [
      {
        message: 'Variable "$list" got invalid value "two" at "list[1]"; Int cannot represent non-integer value: "two"',
        path: [],
        code: 'BAD_USER_INPUT',
      },
    ],
    asks: [],
  },
};
