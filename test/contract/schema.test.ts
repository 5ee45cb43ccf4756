import { composeServices } from '@apollo/composition';
import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, isNonNullType, parse, validate, type GraphQLArgument } from 'graphql';
import { checkoutSubgraphs, composeCheckout } from '../../compose-checkout.js';
import { schemaFiles } from '../../gateway/supergraph/api-schema.js';
import { breakingChanges } from '../../gateway/supergraph/breaking-changes.js';

const files = schemaFiles(composeCheckout());
const committed = (name: string) => readFileSync(new URL(`../../gateway/${name}`, import.meta.url), 'utf8');
const apiSchema = buildSchema(files['api.graphql']);
const publicSchema = buildSchema(files['public.graphql']);

const operationsIn = (folder: string): [string, string][] => {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => [file, readFileSync(new URL(file, url), 'utf8')]);
};

describe('the committed schema', () => {
  it('keeps everything that its clients may use', () => {
    expect(breakingChanges(committed('api.graphql'), files['api.graphql'])).toEqual([]);
  });

  it.each(Object.keys(files) as (keyof typeof files)[])('is current: gateway/%s equals the output of `npm run schema`', (name) => {
    expect(committed(name) === files[name]).toBe(true);
  });
});

describe('the operations of known clients', () => {
  it.each([...operationsIn('operations/'), ...operationsIn('../../samples/operations/')])('are valid: %s', (_, text) => {
    expect(validate(apiSchema, parse(text)).map(({ message }) => message)).toEqual([]);
  });
});

describe('the public contract', () => {
  it('contains the fields of web UIs, and neither API key nor user nor catalogue mutations', () => {
    const queries = Object.keys(publicSchema.getQueryType()!.getFields());
    const mutations = Object.keys(publicSchema.getMutationType()!.getFields());
    expect(queries).toEqual(expect.arrayContaining(['datasets', 'chatSessions', 'answers', 'models', 'useCases', 'viewer']));
    expect(mutations).toEqual(expect.arrayContaining(['datasetCreate', 'sessionCreate', 'predictionRecord']));
    expect(
      mutations.filter((field) => /^(apiKey|user(Create|Deactivate)|(industry|useCase|discoveryTool)(Create|Delete))/.test(field)),
    ).toEqual([]);
  });

  it('has no breaking change to the whole API schema', () => {
    expect(breakingChanges(files['public.graphql'], files['api.graphql'])).toEqual([]);
  });
});

describe('the public documentation', () => {
  it('has the same description of an entity in every subgraph', () => {
    const subgraphs = checkoutSubgraphs().map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
    expect(composeServices(subgraphs).hints!.map(({ message }) => message)).toEqual([]);
  });

  it('describes every type, field, argument and value', () => {
    const bare = Object.values(apiSchema.getTypeMap())
      .filter(
        ({ name }) =>
          !name.startsWith('__') && !['Query', 'Mutation', 'Subscription', 'ID', 'Int', 'Float', 'String', 'Boolean'].includes(name),
      )
      .flatMap((type) => (type.description ? [] : [type.name]));
    const bareFields = Object.values(apiSchema.getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => ('getFields' in type ? Object.values(type.getFields()).map((field) => ({ type, field })) : []))
      .flatMap(({ type, field }) => [
        ...(field.description ? [] : [`${type.name}.${field.name}`]),
        ...('args' in field ? (field.args as readonly GraphQLArgument[]) : [])
          .filter((arg) => !arg.description)
          .map((arg) => `${type.name}.${field.name}(${arg.name}:)`),
      ]);
    const bareValues = Object.values(apiSchema.getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) =>
        'getValues' in type ? type.getValues().flatMap((value) => (value.description ? [] : [`${type.name}.${value.name}`])) : [],
      );
    expect([...bare, ...bareFields, ...bareValues]).toEqual([]);
  });
});

describe('the root fields', () => {
  it('are all nullable, so that a subgraph that is down affects no other field', () => {
    const roots = [apiSchema.getQueryType()!, apiSchema.getMutationType()!, apiSchema.getSubscriptionType()!].flatMap((type) =>
      Object.values(type.getFields()),
    );
    expect(roots.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([]);
  });
});

describe('the subgraphs', () => {
  it('give every entity that they own a non-null field beside its key', () => {
    const hollow = checkoutSubgraphs().flatMap(({ name, sdl }) => {
      const owned = parse(sdl).definitions.filter(
        (node) => 'directives' in node && node.directives?.some(({ name: directive }) => directive.value === 'key'),
      );
      return owned.flatMap((node) => {
        if (node.kind !== 'ObjectTypeDefinition') return [];
        const others = node.fields!.filter((field) => field.name.value !== 'id');
        const isOwner = others.some((field) => field.name.value === 'createdAt');
        return isOwner && !others.some((field) => field.type.kind === 'NonNullType') ? [`${name}: ${node.name.value}`] : [];
      });
    });
    expect(hollow).toEqual([]);
  });

  it("add only nullable fields to entities of other subgraphs, so that the owner's fields survive an outage", () => {
    const brittle = checkoutSubgraphs().flatMap(({ name, sdl }) =>
      parse(sdl).definitions.flatMap((node) => {
        if (node.kind !== 'ObjectTypeDefinition' || !node.directives?.some(({ name: directive }) => directive.value === 'key')) return [];
        const isBorrowed = !node.fields!.some((field) => field.name.value === 'createdAt');
        if (!isBorrowed) return [];
        return node
          .fields!.filter((field) => field.name.value !== 'id' && field.type.kind === 'NonNullType')
          .map((field) => `${name}: ${node.name.value}.${field.name.value}`);
      }),
    );
    expect(brittle).toEqual([]);
  });
});
