import { readdirSync, readFileSync } from 'node:fs';
import { getOperationAST, Kind, parse, print, separateOperations, type DocumentNode } from 'graphql';
import { checkoutSubgraphs, composeCheckout } from '../../compose-checkout.js';
import { OperationCosts } from '../../gateway/guards/cost/operation-costs.js';
import { DocumentLimits } from '../../gateway/guards/document-limits.js';
import { DEFAULT_LIMITS, LIMITS, type Limit } from '../../gateway/guards/limits.js';
import { OperationLimits } from '../../gateway/guards/operation-limits.js';
import { apiSchema } from '../../gateway/supergraph/api-schema.js';

const supergraph = composeCheckout();
const schema = apiSchema(supergraph);
const costs = new OperationCosts(DEFAULT_LIMITS);
costs.addSchema(schema, parse(supergraph, { noLocation: true }));

const operationsIn = (folder: string): [string, string][] => {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => [file, readFileSync(new URL(file, url), 'utf8')]);
};

/** A page size of 20 for each variable that is a number. */
function variablesOf(document: DocumentNode): Record<string, unknown> {
  const definitions = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : [],
  );
  return Object.fromEntries(
    definitions
      .filter(({ type, defaultValue }) => !defaultValue && print(type).startsWith('Int'))
      .map(({ variable }) => [variable.name.value, 20]),
  );
}

describe('the default limits', () => {
  it.each([...operationsIn('operations/'), ...operationsIn('../../samples/operations/')])('admit the operation %s', (_, text) => {
    // As the explorer sends it: each operation in a document of its own.
    for (const document of Object.values(separateOperations(parse(text)))) {
      new DocumentLimits(DEFAULT_LIMITS).check(print(document));
      const operation = getOperationAST(document)!;
      new OperationLimits().check({ document, operation });
      const cost = costs.costOf({ document, operation, schema, request: { variables: variablesOf(document) } })!;
      expect(cost.cost).toBeLessThanOrEqual(DEFAULT_LIMITS.cost);
    }
  });

  it('are in the table of the README, with the values', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const cells = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const shown = (value: number) => (value === Infinity ? 'off' : value);
    const missing = Object.values<Limit>(LIMITS).filter(
      ({ variable, default: value, defaultWithoutAuthentication: open, unit, protects }) => {
        const cell = open === undefined ? value : `${value} (${shown(open)} if \`GATEWAY_AUTH=off\`)`;
        return !cells.some((row) => row.slice(1, -1).join() === [`\`${variable}\``, cell, unit, protects].join());
      },
    );
    expect(missing).toEqual([]);
  });
});

describe('the lists of the graph', () => {
  /** The fields that a field with `sizedFields` of any subgraph sizes: type and name. */
  const fields = checkoutSubgraphs().flatMap(({ sdl }) =>
    parse(sdl).definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? (node.fields ?? []).map((field) => ({
            name: `${node.name.value}.${field.name.value}`,
            type: print(field.type),
            arguments: field.arguments!.map((argument) => argument.name.value),
            listSize: field.directives!.find(({ name }) => name.value === 'listSize'),
          }))
        : [],
    ),
  );
  const own = fields.filter(({ name }) => !name.startsWith('_') && !/^Query\._/.test(name));
  const sized = new Set(
    own.flatMap(({ type, listSize }) => {
      const names = listSize?.arguments?.find(({ name }) => name.value === 'sizedFields')?.value;
      return names?.kind === Kind.LIST
        ? names.values.map((value) => `${type.replaceAll(/[[\]!]/g, '')}.${(value as { value: string }).value}`)
        : [];
    }),
  );

  it('all have a size: of their own, or that of the field that returns their object', () => {
    const unsized = own.filter(({ name, type, listSize }) => type.includes('[') && !listSize && !sized.has(name));
    expect(unsized.map(({ name }) => name)).toEqual([]);
  });

  it('are as long as their page arguments say', () => {
    const pages = own.filter(({ arguments: args, listSize }) => args.includes('first') && !/"first"/.test(listSize ? print(listSize) : ''));
    expect(pages.map(({ name }) => name)).toEqual([]);
  });
});

describe('an operation', () => {
  const costOf = (text: string, variables: Record<string, unknown> = {}): { cost: number; path: string } => {
    const document = parse(text);
    const cost = costs.costOf({ document, operation: getOperationAST(document)!, schema, request: { variables } })!;
    return { cost: cost.cost, path: cost.dearestPath() };
  };

  it.each([
    ['a page of the default size', '{ datasets { nodes { name } } }', {}, 20],
    ['a page of a literal size', '{ datasets(first: 7) { nodes { name } } }', {}, 7],
    ['a page of a variable size', 'query($n: Int) { datasets(first: $n) { nodes { name } } }', { n: 9 }, 9],
    ['a page of the size of the default of a variable', 'query($n: Int = 4) { datasets(last: $n) { nodes { name } } }', {}, 4],
    ['a page of no size', 'query($n: Int = 4) { datasets(first: $n) { nodes { name } } }', { n: null }, 20],
    ['edges like nodes', '{ datasets(first: 7) { edges { cursor node { name } } } }', {}, 7],
    ['totalCount', '{ datasets(first: 7) { totalCount pageInfo { hasNextPage } } }', {}, 1],
    ['pages in pages', '{ datasets(first: 3) { nodes { trainingRuns(first: 5) { nodes { id } } } } }', {}, 18],
    ['what is skipped', 'query($s: Boolean!) { datasets(first: 3) @skip(if: $s) { nodes { id } } viewer { id } }', { s: true }, 1],
    ['a mutation', 'mutation($i: SessionCreateInput!) { sessionCreate(input: $i) { userErrors { code } } }', {}, 10],
  ])('pays for %s', (_, text, variables, cost) => expect(costOf(text, variables).cost).toBe(cost));

  it('names its dearest path by response keys', () => {
    expect(costOf('{ viewer { id } all: datasets(first: 90) { nodes { runs: trainingRuns(first: 90) { nodes { id } } } } }').path).toBe(
      'all.nodes.runs.nodes',
    );
  });
});
