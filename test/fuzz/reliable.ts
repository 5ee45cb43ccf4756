import { Kind } from 'graphql';
import { fieldsOf, isComposite, named, selectionSet, typeNode, typesOf, walkSelection, type Field, type Graph } from './graph.js';

const known = new WeakMap<Graph, Set<Field>>();

/**
 * The fields whose non-null places never fail. What a gateway reads for its own purposes (keys, `@requires`) shares an
 * object with what the client selected; a failing non-null field beside it would take the needed value along, and then
 * no gateway could compute what one schema computes. So such objects have no failing non-null fields.
 */
export function reliableFields(graph: Graph): ReadonlySet<Field> {
  let reliable = known.get(graph);
  if (!reliable) known.set(graph, (reliable = find(graph)));
  return reliable;
}

function find(graph: Graph): Set<Field> {
  const reliable = new Set<Field>();
  const solid = new Set<string>();

  const makeSolid = (typeName: string) => {
    const type = graph.types[typeName];
    if (!isComposite(type) || solid.has(typeName)) return;
    solid.add(typeName);
    if (type.kind === 'interface' || type.kind === 'union') return type.members.forEach(makeSolid);
    for (const field of fieldsOf(graph, type)) if (typeNode(field.type).kind === Kind.NON_NULL_TYPE) makeReliable(field);
  };
  const makeReliable = (field: Field) => {
    reliable.add(field);
    if (!/[^!]($|\])/.test(field.type)) makeSolid(named(field.type));
  };
  const need = (field: Field) => {
    if (typeNode(field.type).kind === Kind.NON_NULL_TYPE) makeReliable(field);
    makeSolid(named(field.type));
  };

  for (const entity of typesOf(graph, 'entity')) {
    for (const keys of Object.values(entity.keysIn))
      for (const { fields } of keys) walkSelection(graph, entity.name, selectionSet(fields), need);
    for (const { requires } of entity.fields) if (requires) walkSelection(graph, entity.name, selectionSet(requires), need);
  }
  for (const { selections } of graph.contexts)
    for (const [name, fields] of Object.entries(selections)) walkSelection(graph, name, selectionSet(fields), need);
  for (const { members, objectFields } of typesOf(graph, 'interface'))
    for (const { requires } of objectFields)
      if (requires) for (const member of members) walkSelection(graph, member, selectionSet(requires), need);
  return reliable;
}
