import { Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { DrawnOperation } from './draw-operation.js';
import { fieldsOf, retiredFrom, typesOf, type Field, type Graph } from './graph.js';
import { isCondition } from './variables.js';
import type { Checked, World } from './world.js';

/** The number of operations that used a feature, by feature. */
export type Coverage = Map<string, number>;

/** Everything that a run should meet. */
export const FEATURES = [
  '@requires',
  '@requires with arguments',
  '@requires of objects',
  '@requires of an @interfaceObject',
  'a chain of @requires',
  '@provides',
  '@override',
  '@override with a label',
  '@override of some requests',
  '@fromContext',
  '@shareable',
  '@interfaceObject',
  'an interface with a key of its own',
  'a field of an interface',
  'a condition on a member',
  'a condition on an interface',
  'a list of lists',
  'a value of several subgraphs',
  'a compound or nested key',
  'arguments',
  'an input object',
  'a variable left out',
  'a variable that is null',
  'a default of a variable',
  '@skip or @include',
  'more than six variables in conditions',
  'an alias that means something',
  'an alias of __typename',
  'a named fragment',
  'a mutation',
  'several mutations',
  'a subscription',
  'a null',
  'an error',
  'an error that nulls its parent',
  'an empty list',
  'two requests',
  'four requests or more',
] as const;

export type Feature = (typeof FEATURES)[number];

export function countFeatures(coverage: Coverage, world: World, operation: DrawnOperation, checked: Checked): void {
  const met = new Set([...featuresOfOperation(world, operation), ...featuresOfAnswer(checked)]);
  for (const feature of met) coverage.set(feature, (coverage.get(feature) ?? 0) + 1);
}

function featuresOfOperation({ graph, monolith: { schema } }: World, { document, variables }: DrawnOperation): Set<Feature> {
  const met = new Set<Feature>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        if (node.alias && /^(constructor|toString|__proto__|length|id|sku)$/.test(node.alias.value))
          met.add('an alias that means something');
        if (node.alias && node.name.value === '__typename') met.add('an alias of __typename');
        if (node.arguments?.length) met.add('arguments');
        const parent = info.getParentType()?.name ?? '';
        if (graph.types[parent]?.kind === 'interface' && node.name.value !== '__typename') met.add('a field of an interface');
        for (const field of fieldsNamed(graph, parent, node.name.value))
          featuresOfField(graph, field).forEach((feature) => met.add(feature));
      },
      InlineFragment(node) {
        const condition = graph.types[node.typeCondition?.name.value ?? ''];
        const parent = graph.types[info.getParentType()?.name ?? ''];
        if (condition?.kind === 'interface') met.add('a condition on an interface');
        else if (condition && parent?.name === condition.name) met.add('a condition on a member');
      },
      FragmentDefinition: () => void met.add('a named fragment'),
      ObjectValue: () => void met.add('an input object'),
      Directive: () => void met.add('@skip or @include'),
      OperationDefinition(node) {
        if ((node.variableDefinitions ?? []).filter(({ variable }) => isCondition(variable.name.value)).length > 6)
          met.add('more than six variables in conditions');
        if (node.operation === 'subscription') met.add('a subscription');
        if (node.operation !== 'mutation') return;
        met.add('a mutation');
        if (node.selectionSet.selections.filter(({ kind }) => kind === Kind.FIELD).length > 1) met.add('several mutations');
      },
      VariableDefinition(node) {
        const name = node.variable.name.value;
        if (node.defaultValue) met.add('a default of a variable');
        if (!Object.hasOwn(variables, name)) met.add('a variable left out');
        else if (variables[name] === null) met.add('a variable that is null');
      },
    }),
  );
  return met;
}

/** The fields of a type, or of an interface's members. */
function fieldsNamed(graph: Graph, typeName: string, fieldName: string): Field[] {
  const type = graph.types[typeName];
  if (!type || type.kind === 'union') return [];
  if (type.kind === 'interface') return type.members.flatMap((member) => fieldsNamed(graph, member, fieldName));
  return fieldsOf(graph, type).filter(({ name }) => name === fieldName);
}

function featuresOfField(graph: Graph, field: Field): Feature[] {
  const met: Feature[] = [];
  const interfaceType = typesOf(graph, 'interface').find(({ objectFields }) => objectFields.includes(field));
  if (field.requires) {
    met.push('@requires');
    if (field.requires.includes('(')) met.push('@requires with arguments');
    if (/\br\d/.test(field.requires)) met.push('a chain of @requires');
    if (field.requires.includes('{')) met.push('@requires of objects');
    if (interfaceType) met.push('@requires of an @interfaceObject');
  }
  if (field.provides) met.push('@provides');
  if (field.fromContext) met.push('@fromContext');
  if (field.overrides && retiredFrom(field) === undefined) met.push('@override of some requests');
  if (field.overrides) met.push(field.overrideLabel ? '@override with a label' : '@override');
  if (field.in.length > 1 && !field.isKey) met.push('@shareable');
  if (field.owner === 'Split') met.push('a value of several subgraphs');
  if (field.type.startsWith('[[')) met.push('a list of lists');
  if (interfaceType) met.push('@interfaceObject');
  if (interfaceType && interfaceType.key !== 'id') met.push('an interface with a key of its own');
  return met;
}

function featuresOfAnswer({ expected: { result }, requests }: Checked): Set<Feature> {
  const met = new Set<Feature>();
  const data = JSON.stringify(result.data);
  if (data.includes('null')) met.add('a null');
  if (data.includes('[]')) met.add('an empty list');
  if (result.errors) met.add('an error');
  if (result.errors?.some(({ path }) => path && isCut(result.data, path))) met.add('an error that nulls its parent');
  if (requests.length > 1) met.add('two requests');
  if (requests.length > 3) met.add('four requests or more');
  if (
    requests.some(({ variables }) =>
      /"(sku|code|number|meta)":[^}]*"__typename"|"__typename":"T\d+","(code|meta|sku)"/.test(JSON.stringify(variables ?? {})),
    )
  )
    met.add('a compound or nested key');
  return met;
}

function isCut(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const step of path) {
    if (value === null || value === undefined) return true;
    value = (value as Record<string | number, unknown>)[step];
  }
  return false;
}
