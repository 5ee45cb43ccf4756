import fc from 'fast-check';
import {
  executeSync,
  GraphQLScalarType,
  isObjectType,
  Kind,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { Authorization } from '../../../gateway/authorization/authorization.js';
import type { Credentials } from '../../../gateway/authorization/access-requirement.js';
import type { UnauthorizedFields } from '../../../gateway/authorization/unauthorized-fields.js';
import { apiSchema, composed } from './graph.js';
import { randomOperation } from './random-operation.js';

/** Each name in capitals is a placeholder for a directive. */
const SDL = `
  type Query { posts: [Post] POSTS open: Open closed: Closed item: Item ITEM items: [Item] hue: Hue code: Code user: User essays: [Essay] }
  interface Post { id: ID title: String author: User related: [Post] hue: Hue }
  interface Essay implements Post { id: ID title: String author: User related: [Post] hue: Hue pages: Int }
  type Open implements Post { id: ID title: String OPEN_TITLE author: User related: [Post] hue: Hue }
  type Closed implements Post & Essay CLOSED { id: ID title: String author: User CLOSED_AUTHOR
    related: [Post] hue: Hue pages: Int code: Code }
  type Long implements Post & Essay LONG { id: ID LONG_ID title: String author: User related: [Post] hue: Hue pages: Int PAGES }
  union Item = Open | Closed | User
  type User USER { name: String posts: [Post] USER_POSTS item: Item code: Code mail: String MAIL }
  enum Hue HUE { RED }
  scalar Code CODE
`;
const PLACES: Readonly<Record<string, string>> = {
  POSTS: 'Query.posts',
  ITEM: 'Query.item',
  OPEN_TITLE: 'Open.title',
  CLOSED: 'Closed',
  CLOSED_AUTHOR: 'Closed.author',
  LONG: 'Long',
  LONG_ID: 'Long.id',
  PAGES: 'Long.pages',
  USER: 'User',
  USER_POSTS: 'User.posts',
  MAIL: 'User.mail',
  HUE: 'Hue',
  CODE: 'Code',
};
const DEMANDS: Readonly<Record<string, { directive: string; isMet: (credentials: Credentials) => boolean }>> = {
  authenticated: { directive: '@authenticated', isMet: ({ isAuthenticated }) => isAuthenticated },
  scopes: {
    directive: '@requiresScopes(scopes: [["a"], ["b", "c"]])',
    isMet: ({ scopes }) => scopes.has('a') || (scopes.has('b') && scopes.has('c')),
  },
  policies: { directive: '@policy(policies: [["p"]])', isMet: ({ policies }) => policies.has('p') },
};

interface Graph {
  schema: GraphQLSchema;
  /** True if the credentials meet the directive at a schema coordinate itself. */
  isMet: (coordinate: string, reader: Credentials) => boolean;
  authorization: Authorization | null;
}

const graphs = fc
  .record(Object.fromEntries(Object.keys(PLACES).map((place) => [place, fc.constantFrom('', '', '', ...Object.keys(DEMANDS))])))
  .map((demanded): Graph => {
    const supergraph = composed(
      SDL.replace(/\b[A-Z_]{3,}\b/g, (word) => (word in demanded ? (DEMANDS[demanded[word]!]?.directive ?? '') : word)),
    );
    const isMet = (coordinate: string, credentials: Credentials) =>
      Object.entries(PLACES).every(([place, at]) => at !== coordinate || (DEMANDS[demanded[place]!]?.isMet(credentials) ?? true));
    const schema = apiSchema(supergraph);
    return { schema, isMet, authorization: Authorization.of(supergraph, schema) };
  });
const readers = fc
  .record({ isAuthenticated: fc.boolean(), scopes: fc.subarray(['a', 'b', 'c']), policies: fc.subarray(['p']) })
  .map((given): Credentials => ({ ...given, scopes: new Set(given.scopes), policies: new Set(given.policies) }));
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const OPERATIONS = 4;
const queries = fc.array(seeds, { minLength: OPERATIONS, maxLength: OPERATIONS });
const conditions = fc.record({ x: fc.boolean(), y: fc.boolean() });

/** The validation rules without those that random queries break: unused fragments and unused variables. */
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule && rule !== NoUnusedFragmentsRule);

const operationOf = (document: DocumentNode) =>
  document.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION)!;

type Resolve = (type: string, field: string) => void;
const TYPES = ['Open', 'Closed', 'Long', 'User'];

/** Executes a query on endless data: each list has an object of every type; other objects take the types in turn. */
function run(schema: GraphQLSchema, document: DocumentNode, variableValues: object, resolved: Resolve = () => {}) {
  const objectsOf = (names: readonly string[]) => names.map((__typename) => ({ __typename }));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLScalarType && type.name === 'Code') type.serialize = (value) => value;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = () => {
        resolved(type.name, field.name);
        const output = String(field.type).replace(/[[\]!]/g, '');
        const named = schema.getType(output);
        const names = isObjectType(named)
          ? [output]
          : TYPES.filter((one) => schema.isSubType(named as never, schema.getType(one) as never));
        if (output === 'Hue') return 'RED';
        if (output === 'Int') return 7;
        if (!(named && ('getFields' in named || 'getTypes' in named))) return `${type.name}.${field.name}`;
        return String(field.type).startsWith('[')
          ? objectsOf(names)
          : objectsOf(names)[(type.name.length + field.name.length) % names.length];
      };
    }
  }
  // Each object contains its type under a key that no query uses.
  const telling = visit(document, {
    SelectionSet: (node, _key, parent) =>
      (parent as { kind?: Kind } | undefined)?.kind === Kind.OPERATION_DEFINITION
        ? undefined
        : { ...node, selections: [...node.selections, ...operationOf(parse('{ ofType: __typename }')).selectionSet.selections] },
  });
  const { data, errors } = executeSync({ schema, document: telling, variableValues: variableValues as Record<string, unknown> });
  expect(errors).toBeUndefined();
  return data as Data;
}

type Data = { [key: string]: unknown };

/** Calls `visit` for each field of a result with the type of its object and its path, without indices. */
function eachField(value: unknown, visit: (at: string, holder: Data, key: string) => void, type = 'Query', path = ''): void {
  if (Array.isArray(value)) for (const item of value) eachField(item, visit, type, path);
  else if (typeof value === 'object' && value !== null)
    for (const [key, below] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      eachField(below, visit, '', at);
      visit(`${(value as Data).ofType ?? type} ${at}`, value as Data, key);
    }
}

/** The paths of all fields of a response, each with the type of its object. */
function fieldsOf(data: Data): ReadonlySet<string> {
  const places = new Set<string>();
  eachField(data, (at) => void places.add(at));
  return places;
}

/** Removes the refused fields, and those that are not in `places`, from a result. */
function only(data: Data, places: ReadonlySet<string>, refused: UnauthorizedFields): Data {
  const taken: [Data, string][] = [];
  eachField(data, (at, holder, key) => {
    const [type, path] = at.split(' ') as [string, string];
    if (key === 'ofType' || !places.has(at) || refused.get(path)?.has(type)) taken.push([holder, key]);
  });
  for (const [holder, key] of taken) delete holder[key];
  return data;
}

const RUNS = 50;

describe('for any operation', () => {
  it('a viewer gets no unauthorized field, and all others unchanged', () => {
    let partly = 0;
    const check = (graph: Graph, reader: Credentials, query: string, variables: object) => {
      const { schema, isMet, authorization } = graph;
      const document = parse(query);
      expect(validate(schema, document, RULES)).toEqual([]);
      const remainder = authorization?.requirementsOf(document, operationOf(document))?.filterFor(reader) ?? null;
      const left = remainder ? remainder.document : document;
      if (remainder && left) {
        expect(validate(schema, left)).toEqual([]);
        partly += 1;
      }
      const judge = (type: string, field: string) => {
        const read = [type, `${type}.${field}`, outputOf(schema, type, field)];
        expect(read.filter((coordinate) => !isMet(coordinate, reader))).toEqual([]);
      };
      const whole = run(schema, document, variables);
      const part = left ? run(schema, left, variables, judge) : {};
      const refused: UnauthorizedFields = remainder?.unauthorizedFields ?? new Map();
      const places = fieldsOf(whole);
      expect(only(part, places, refused)).toEqual(only(whole, places, refused));
    };
    fc.assert(
      fc.property(graphs, readers, queries, conditions, (graph, reader, chosen, variables) => {
        for (const seed of chosen) check(graph, reader, randomOperation(graph.schema, seed), variables);
      }),
      { numRuns: RUNS },
    );
    expect(partly).toBeGreaterThan(RUNS);
  });

  it('a viewer with all permissions gets everything', () => {
    const everything: Credentials = { isAuthenticated: true, scopes: new Set(['a', 'b', 'c']), policies: new Set(['p']) };
    fc.assert(
      fc.property(graphs, seeds, ({ schema, authorization }, seed) => {
        const document = parse(randomOperation(schema, seed));
        expect(authorization?.requirementsOf(document, operationOf(document))?.filterFor(everything) ?? null).toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});

/** The named type of a field, without list and non-null wrappers. */
function outputOf(schema: GraphQLSchema, type: string, field: string): string {
  const object = schema.getType(type);
  return isObjectType(object) ? String(object.getFields()[field]!.type).replace(/[[\]!]/g, '') : '';
}
