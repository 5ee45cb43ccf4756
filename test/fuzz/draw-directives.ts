import { isFieldIn, named, typesOf, type Entity, type Field, type Interface } from './graph.js';
import { requiredCall } from './literal.js';
import type { Placement } from './placement.js';
import { possibleTypes } from './data.js';
import { drawField } from './draw-field.js';
import { externalFields, interfaceFieldsIn, keyFieldsOf } from './subgraph-sdl.js';

/** Adds fields that `@requires` others, and `@provides`, `@override` and `@inaccessible` to fields that are there. */
export function drawDirectives(placement: Placement): void {
  const { graph, random } = placement;
  for (const entity of typesOf(graph, 'entity')) {
    // Many fields make chains, of which each requires others.
    const count = random.chance(0.15) ? random.int(3, 5) : random.int(0, 2);
    for (let number = 0; number < count; number++) drawRequires(placement, entity, `r${number}`);
  }
  for (const type of typesOf(graph, 'interface')) if (type.objectIn) drawInterfaceRequires(placement, type, type.objectIn);
  const owners = [...typesOf(graph, 'entity'), ...typesOf(graph, 'root')];
  for (const { fields } of owners) for (const field of fields) if (random.chance(0.4)) drawProvides(placement, field);
  for (const entity of typesOf(graph, 'entity'))
    for (const field of entity.fields) {
      const isInInterface = typesOf(graph, 'interface').some(
        ({ fields, members }) => members.includes(entity.name) && fields.some(({ name }) => name === field.name),
      );
      if (field.isKey || isInInterface) continue;
      if (random.chance(0.06)) field.isInaccessible = true;
      if (!field.provides && !field.requires && !field.fromContext && field.in.length === 1 && random.chance(0.2))
        drawOverride(placement, field);
    }
  drawRootOverrides(placement);
}

function drawRootOverrides(placement: Placement): void {
  for (const { name, fields } of typesOf(placement.graph, 'root'))
    for (const field of name === 'Subscription' ? [] : fields)
      if (!field.provides && field.in.length === 1 && placement.random.chance(0.2)) drawOverride(placement, field);
}

function drawRequires(placement: Placement, entity: Entity, name: string): void {
  const { graph, random } = placement;
  const subgraph = random.pick(graph.subgraphs.filter((candidate) => placement.isAllowed(entity.name, candidate)));
  const candidates = entity.fields.filter(
    (field) =>
      !field.in.includes(subgraph) &&
      !field.fromContext &&
      field.overrides !== subgraph &&
      placement.isAllowed(named(field.type), subgraph),
  );
  if (candidates.length === 0) return;
  placement.place(entity.name, subgraph);
  const chosen = random.some(
    candidates.filter((field) => !field.in.includes(subgraph)),
    1,
    3,
  );
  const requires = chosen.map((field) => selected(placement, field, subgraph, 2)).join(' ');
  if (requires) entity.fields.push({ ...drawField(placement, entity.name, name, subgraph), requires });
}

/** Adds fields to an interface object that require leaf fields of the interface. */
function drawInterfaceRequires(placement: Placement, type: Interface, subgraph: string): void {
  const { graph, random } = placement;
  const declared = interfaceFieldsIn(graph, type, type.keyedIn!).filter(
    (field) => !keyFieldsOf(type).includes(field) && !graph.types[named(field.type)],
  );
  if (declared.length === 0) return;
  for (let number = 0; number < random.int(0, 3); number++) {
    const requires = random
      .some(declared, 1, 2)
      .map(({ name, args }) => requiredCall(graph, { owner: type.name, name, args }))
      .join(' ');
    type.objectFields.push({ ...drawField(placement, type.name, `${type.name.toLowerCase()}Need${number}`, subgraph, []), requires });
  }
}

/** A field with a selection below it that a subgraph can name in a field set. */
function selected(placement: Placement, field: Field, subgraph: string, depth: number, isRequired = true): string {
  const call = requiredCall(placement.graph, field);
  const type = placement.graph.types[named(field.type)];
  if (!type) return call;
  placement.place(type.name, subgraph);
  const inner = selectedIn(placement, type.name, subgraph, depth, isRequired);
  return inner ? `${call} { ${inner} }` : '';
}

function selectedIn(placement: Placement, typeName: string, subgraph: string, depth: number, isRequired = true): string {
  const { graph, random } = placement;
  const type = graph.types[typeName]!;
  if (type.kind === 'interface' || type.kind === 'union') {
    const members = type.membersIn[subgraph] ?? [];
    const parts = random.some(members, 1, 2).map((member) => [member, selectedIn(placement, member, subgraph, depth - 1, isRequired)]);
    // A representation says which type an object of an abstract type is only where it is asked to.
    return ['__typename', ...parts.flatMap(([member, inner]) => (inner ? [`... on ${member} { ${inner} }`] : []))].join(' ');
  }
  if (type.kind === 'root') return '';
  const fitting = type.fields.filter((field) => {
    const inner = graph.types[named(field.type)];
    if (!isRequired && !isProvidable(placement, field, subgraph)) return false;
    if (type.kind === 'value' && !isFieldIn(field, subgraph)) return false;
    return (
      !field.requires &&
      !field.fromContext &&
      field.overrides !== subgraph &&
      (inner ? depth > 0 && placement.isAllowed(inner.name, subgraph) : true)
    );
  });
  if (fitting.length === 0) return '';
  return random
    .some(fitting, 1, 2)
    .map((field) => selected(placement, field, subgraph, depth - 1, isRequired))
    .join(' ')
    .trim();
}

/** A field set of `@provides` may not name fields with arguments, and the subgraph must know all that the field can answer. */
function isProvidable({ graph }: Placement, { args, type: typeName, in: resolvers }: Field, subgraph: string): boolean {
  const type = graph.types[named(typeName)];
  if (args.length > 0) return false;
  if (type?.kind !== 'interface' && type?.kind !== 'union') return true;
  return possibleTypes(graph, { type: typeName, in: resolvers }).every((member) => type.membersIn[subgraph]?.includes(member));
}

function drawProvides(placement: Placement, field: Field): void {
  const { graph, random } = placement;
  const [subgraph, ...others] = field.in;
  const target = graph.types[named(field.type)];
  if (!subgraph || others.length > 0 || field.requires || target?.kind !== 'entity') return;
  const candidates = target.fields.filter(
    (inner) =>
      !inner.in.includes(subgraph) &&
      !inner.requires &&
      !inner.fromContext &&
      isProvidable(placement, inner, subgraph) &&
      inner.overrides !== subgraph &&
      placement.isAllowed(named(inner.type), subgraph),
  );
  if (candidates.length === 0) return;
  const provides = random
    .some(candidates, 1, 2)
    .map((inner) => selected(placement, inner, subgraph, 1, false))
    .join(' ')
    .trim();
  if (provides) field.provides = provides;
}

function drawOverride(placement: Placement, field: Field): void {
  const { graph, random } = placement;
  const owner = graph.types[field.owner]!;
  const others = graph.subgraphs.filter(
    (name) =>
      !field.in.includes(name) &&
      placement.isAllowed(named(field.type), name) &&
      (owner.kind !== 'entity' || owner.keysIn[name]) &&
      !externalFields(graph, name).has(field),
  );
  if (others.length === 0) return;
  field.overrides = random.pick(others);
  placement.place(named(field.type), field.overrides);
  if (!random.chance(0.7)) return;
  field.overrideLabel = random.pick(['percent(0)', 'percent(100)', 'percent(35)', 'percent(62.5)']);
  if (graph.types[named(field.type)] && possibleTypes(graph, field).length === 0) field.overrideLabel = undefined;
}
