import { type Cases, type Graph, subgraph } from '../feature.js';

const echo = (_: unknown, given: object) => JSON.stringify(given);

/** `show` returns the arguments of its resolver as JSON, which distinguishes absent arguments from null. */
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
  'passes variables to both subgraphs': {
    query: text,
    variables: { text: 'x', number: 0 },
    data: { show: '{"text":"x","number":0,"flag":true}', item: { show: '{"text":"x","number":0}' } },
  },
  'uses the default of an absent variable, else that of the argument': {
    query: text,
    data: { show: '{"text":"default","number":7,"flag":true}', item: { show: '{"text":"default","number":7}' } },
  },
  'distinguishes null from an absent variable': {
    query: text,
    variables: { text: null, number: null },
    data: { show: '{"text":null,"number":null,"flag":true}', item: { show: '{"text":null,"number":null}' } },
  },
  'omits the argument of an absent variable without default': {
    query: 'query ($number: Int) { show(number: $number, text: null) item { show(number: $number) } }',
    data: { show: '{"text":null,"flag":true}', item: { show: '{"text":"default"}' } },
  },
  'uses the default of a nullable variable for a non-null argument': {
    query: 'query ($flag: Boolean! = false) { show(flag: $flag) }',
    data: { show: '{"text":"default","flag":false}' },
  },
  'passes a nullable variable to an argument with a default': {
    query: 'query ($flag: Boolean) { show(flag: $flag) }',
    data: { show: '{"text":"default","flag":true}' },
  },
  'coerces lists of one value, of nulls, and of lists': {
    query: 'query ($list: [Int!], $matrix: [[Int]] = [[1, null], null]) { show(list: $list, matrix: $matrix) }',
    variables: { list: 3 },
    data: { show: '{"text":"default","list":[3],"matrix":[[1,null],null],"flag":true}' },
  },
  'substitutes variables within a list': {
    query: 'query ($one: Int!, $two: Int) { show(list: [$one, 2], matrix: [[$two], [$one, $two]]) }',
    variables: { one: 1 },
    data: { show: '{"text":"default","list":[1,2],"matrix":[[null],[1,null]],"flag":true}' },
  },
  'adds the defaults of input fields to values and to defaults of variables': {
    query:
      'query ($point: Point, $points: [Point!] = [{ y: 2 }, { x: 0, label: null }]) { show(point: $point) item { show(points: $points) } }',
    variables: { point: { y: null } },
    data: {
      show: '{"text":"default","flag":true,"point":{"x":1,"y":null,"label":"p"}}',
      item: { show: '{"text":"default","points":[{"x":1,"y":2,"label":"p"},{"x":0,"label":null}]}' },
    },
  },
  'substitutes variables within an input object': {
    query: 'query ($x: Int! = 5, $y: Int, $label: String) { show(point: { x: $x, y: $y, label: $label }) }',
    variables: { label: 'l' },
    data: { show: '{"text":"default","flag":true,"point":{"x":5,"label":"l"}}' },
  },
  'sends each subgraph only its own variables': {
    query: 'query ($a: Int!, $b: String!) { show(number: $a) items { show(text: $b) } }',
    variables: { a: 1, b: 'b' },
    data: {
      show: '{"text":"default","number":1,"flag":true}',
      items: [{ show: '{"text":"b"}' }, { show: '{"text":"b"}' }],
    },
  },
  'supports a variable with the name of the representations variable': {
    query: 'query ($representations: String!) { item { named(representations: $representations) } }',
    variables: { representations: 'mine' },
    data: { item: { named: 'mine' } },
    stock: 'it refuses a variable of that name',
  },
  'supports variables named like properties of Object.prototype': {
    query: `query ($constructor: String, $__proto__: Int, $toString: Int) {
        show(text: $constructor, number: $__proto__) item { show(number: $toString) } }`,
    variables: Object.fromEntries([
      ['constructor', 'c'],
      ['__proto__', 9],
    ]),
    data: { show: '{"text":"c","number":9,"flag":true}', item: { show: '{"text":"default"}' } },
  },

  'supports variables with names that numbered representations variables could have': {
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
  'supports a variable with the name that a renamed variable could get': {
    query: `query ($client_representations: String!, $representations: String!) {
        item { a: named(representations: $client_representations) b: named(representations: $representations) } }`,
    variables: { client_representations: 'a', representations: 'b' },
    data: { item: { a: 'a', b: 'b' } },
    stock: 'it refuses a variable called `representations`',
  },
  'uses the variables of the named operation': {
    query: `query A($text: String = "of A") { ...F } query B($text: String = "of B") { ...F item { show(text: $text) } }
      fragment F on Query { show(text: $text) }`,
    operationName: 'B',
    data: { show: '{"text":"of B","flag":true}', item: { show: '{"text":"of B"}' } },
  },
  'refuses an operation without a required variable': {
    query: 'query ($number: Int!) { show(number: $number) }',
    data: undefined,
    errors: [{ message: 'Variable "$number" of required type "Int!" was not provided.', path: [], code: 'BAD_USER_INPUT' }],
    requests: [],
  },
  'refuses a variable of the wrong type': {
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
    requests: [],
  },
};
