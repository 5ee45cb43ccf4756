import { Kind, type SelectionSetNode } from 'graphql';
import {
  fieldsOf,
  COMMON_SDL,
  CONTEXT_ARGUMENT,
  isComposite,
  isFieldIn,
  named,
  selectionSet,
  typesOf,
  walkSelection,
  type Context,
  type Entity,
  type EntityKey,
  type Field,
  type Graph,
  type Interface,
  type ValueType,
} from './graph.js';

const HEADER =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ' +
  'import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", ' +
  '"@context", "@fromContext"])';

/** A subgraph's part of the graph. */
export function subgraphSdl(graph: Graph, subgraph: string): string {
  const external = externalFields(graph, subgraph);
  const provided = providedFields(graph);
  const types = Object.values(graph.types).map((type) => {
    if (type.kind === 'union') {
      const members = type.membersIn[subgraph];
      return members ? `union ${type.name} = ${members.join(' | ')}` : '';
    }
    if (type.kind === 'interface') {
      if (type.objectIn === subgraph)
        return `type ${type.name} @key(fields: "${type.key}") @interfaceObject { ${interfaceObjectFields(type).join('\n')} }`;
      const fields = interfaceFieldsIn(graph, type, subgraph);
      const key = type.keyedIn === subgraph ? `@key(fields: "${type.key}")` : '';
      return type.membersIn[subgraph] ? `interface ${type.name} ${key} { ${fields.map((field) => printField(field)).join('\n')} }` : '';
    }
    if (type.kind === 'value')
      return type.in.includes(subgraph)
        ? `type ${type.name} ${implementing(graph, type, subgraph)} @shareable { ${type.fields
            .filter((field) => isFieldIn(field, subgraph))
            .map((field) => printField(field))
            .join('\n')} }`
        : '';

    const fields = type.fields.filter((field) => field.in.includes(subgraph) || field.overrides === subgraph || external.has(field));
    const keys = type.kind === 'entity' ? (type.keysIn[subgraph] ?? []) : [];
    if (fields.length === 0) return '';
    const contexts = graph.contexts.filter((context) => context.subgraph === subgraph && context.selections[type.name]);
    const directives = [...keys.map(printKey), ...contexts.map(({ name }) => `@context(name: "${name}")`)].join(' ');
    const header = type.kind === 'entity' ? `${implementing(graph, type, subgraph)} ${directives}` : '';
    const body = fields.map((field) => {
      const directives: string[] = [];
      if (!field.in.includes(subgraph) && field.overrides !== subgraph) directives.push('@external');
      else if ((field.in.length > 1 && !isInKey(graph, keys, field)) || provided.has(field)) directives.push('@shareable');
      if (field.in.includes(subgraph)) {
        if (field.requires) directives.push(`@requires(fields: ${JSON.stringify(field.requires)})`);
        if (field.provides) directives.push(`@provides(fields: ${JSON.stringify(field.provides)})`);
        const label = field.overrideLabel ? `, label: "${field.overrideLabel}"` : '';
        if (field.overrides) directives.push(`@override(from: "${field.overrides}"${label})`);
        if (field.isInaccessible) directives.push('@inaccessible');
      }
      return `${printField(field, field.fromContext)} ${directives.join(' ')}`;
    });
    return `type ${type.name} ${header} { ${body.join('\n')} }`;
  });
  return `${HEADER}\n${COMMON_SDL}\n${types.filter(Boolean).join('\n')}`;
}

/** The fields of an interface that the fields of its interface object require. */
export function externalInterfaceFields({ fields, objectFields, key }: Interface): Interface['fields'] {
  const names = new Set(objectFields.flatMap(({ requires }) => (requires ? fieldNames(selectionSet(requires)) : [])));
  return fields.filter((field) => names.has(field.name) && !keyFieldsOf({ fields, key }).includes(field));
}

/** The fields of an interface's key. */
export const keyFieldsOf = ({ fields, key }: Pick<Interface, 'fields' | 'key'>): Interface['fields'] =>
  fields.filter(({ name }) => key.split(' ').includes(name));

const fieldNames = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []));

const interfaceObjectFields = (type: Interface): string[] => [
  ...keyFieldsOf(type).map((field) => printField(field)),
  ...externalInterfaceFields(type).map((field) => `${printField(field)} @external`),
  ...type.objectFields.map(
    (field) => `${printField(field)} ${field.requires ? `@requires(fields: ${JSON.stringify(field.requires)})` : ''}`,
  ),
];

/** The definition of a field; with the argument that a context sets, which clients do not see, if one is given. */
export function printField({ name, args, type }: Pick<Field, 'name' | 'args' | 'type'>, context?: Context): string {
  const list = args.map((argument) => `${argument.name}: ${argument.type}${argument.defaultValue ? ` = ${argument.defaultValue}` : ''}`);
  if (context) list.push(`${CONTEXT_ARGUMENT}: ${context.type} @fromContext(field: ${JSON.stringify(contextField(context))})`);
  return `${name}${list.length > 0 ? `(${list.join(', ')})` : ''}: ${type}`;
}

/** The value of a context as `$c0 { name }`, with type conditions if several entities have it. */
function contextField({ name, selections }: Context): string {
  const parts = Object.entries(selections);
  return parts.length === 1
    ? `$${name} { ${parts[0]![1]} }`
    : `$${name} ${parts.map(([type, fields]) => `... on ${type} { ${fields} }`).join(' ')}`;
}

const printKey = ({ fields, resolvable }: EntityKey): string => `@key(fields: "${fields}"${resolvable ? '' : ', resolvable: false'})`;

/** A field of a key is shareable by itself. */
function isInKey(graph: Graph, keys: readonly EntityKey[], field: Field): boolean {
  let isIn = false;
  for (const { fields } of keys) walkSelection(graph, field.owner, selectionSet(fields), (inner) => (isIn ||= inner === field));
  return isIn;
}

function implementing(graph: Graph, type: Entity | ValueType, subgraph: string): string {
  const names = typesOf(graph, 'interface')
    .filter(({ membersIn }) => membersIn[subgraph]?.includes(type.name))
    .map(({ name }) => name);
  return names.length > 0 ? `implements ${names.join(' & ')}` : '';
}

/** An interface has in a subgraph the fields that all its members resolve there. */
export function interfaceFieldsIn(graph: Graph, type: Interface, subgraph: string): Interface['fields'] {
  const members = type.membersIn[subgraph];
  if (!members) return [];
  return type.fields.filter(({ name }) => members.every((member) => isResolvedIn(graph, member, name, subgraph)));
}

function isResolvedIn(graph: Graph, typeName: string, fieldName: string, subgraph: string): boolean {
  const type = graph.types[typeName];
  if (!type || (type.kind !== 'entity' && type.kind !== 'value')) return false;
  const field = type.fields.find(({ name }) => name === fieldName);
  return field !== undefined && (type.kind === 'value' || field.in.includes(subgraph));
}

/** Fields of entities that a subgraph names in `@requires`, `@provides` and contexts without resolving them itself. */
export function externalFields(graph: Graph, subgraph: string): ReadonlySet<Field> {
  const external = new Set<Field>();
  const note = (field: Field) => {
    if (graph.types[field.owner]?.kind === 'entity' && !field.in.includes(subgraph)) external.add(field);
  };
  for (const type of [...typesOf(graph, 'entity'), ...typesOf(graph, 'root')])
    for (const field of type.fields) {
      if (!field.in.includes(subgraph)) continue;
      if (field.requires) walkSelection(graph, type.name, selectionSet(field.requires), note);
      if (field.provides) walkProvided(graph, field, note);
    }
  for (const context of graph.contexts)
    if (context.subgraph === subgraph)
      for (const [name, fields] of Object.entries(context.selections)) walkSelection(graph, name, selectionSet(fields), note);
  return external;
}

function walkProvided(graph: Graph, field: Field, visit: (field: Field) => void): void {
  if (isComposite(graph.types[named(field.type)])) walkSelection(graph, named(field.type), selectionSet(field.provides!), visit);
}

function providedFields(graph: Graph): ReadonlySet<Field> {
  const provided = new Set<Field>();
  for (const type of [...typesOf(graph, 'entity'), ...typesOf(graph, 'root')])
    for (const field of fieldsOf(graph, type)) if (field.provides) walkProvided(graph, field, (inner) => provided.add(inner));
  return provided;
}
