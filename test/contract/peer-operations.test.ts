import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { buildSchema, extendSchema, isObjectType, parse, validate, type GraphQLSchema } from 'graphql';
import { checkoutSubgraphs, composeCheckout } from '../../compose-checkout.js';

const folder = new URL('../../subgraphs/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.gql'));
const peerOf = (file: string): string => file.split('.').at(-2)!;
const subgraphs = checkoutSubgraphs();

const problemsOf = (schema: GraphQLSchema, file: string): string[] =>
  validate(schema, parse(readFileSync(new URL(file, folder), 'utf8'))).map(({ message }) => message);

/** The supergraph with its inaccessible fields, and with the field `_entities` that every subgraph has. */
function composedSchemaWithEntities(): GraphQLSchema {
  const schema = buildSchema(composeCheckout());
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const entities = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !roots.includes(type) && 'id' in type.getFields(),
  );
  const sdl = `
    scalar _Any
    union _Entity = ${entities.map(({ name }) => name).join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  return extendSchema(schema, parse(sdl));
}

describe('the operations that subgraphs send to each other', () => {
  const composed = composedSchemaWithEntities();

  it('are in files that name the peer', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !subgraphs.some(({ name }) => name === peerOf(file)))).toEqual([]);
  });

  it.each(files)("are valid by the peer's own schema: %s", (file) => {
    const { sdl } = subgraphs.find(({ name }) => name === peerOf(file))!;
    expect(problemsOf(buildSubgraphSchema({ typeDefs: parse(sdl) }), file)).toEqual([]);
  });

  it.each(files)('are valid by the composed schema: %s', (file) => {
    expect(problemsOf(composed, file)).toEqual([]);
  });
});
