import { drawContext } from './draw-context.js';
import { drawDirectives } from './draw-directives.js';
import { bare, drawArguments, drawField, wrapped } from './draw-field.js';
import {
  LEAVES,
  named,
  selectionSet,
  typesOf,
  walkSelection,
  type Entity,
  type Field,
  type Graph,
  type Interface,
  type ValueType,
} from './graph.js';
import { possibleTypes } from './data.js';
import { Placement } from './placement.js';
import { Random } from './random.js';

/** A random graph that its seed decides. It nearly always composes. */
export function drawGraph(seed: string): Graph {
  const random = new Random(seed);
  const graph: Graph = {
    seed,
    subgraphs: ['alpha', 'beta', 'gamma', 'delta', 'epsilon'].slice(0, random.int(2, 5)),
    types: {},
    contexts: [],
  };
  const keys = new Map<string, string[]>();
  const placement = new Placement(graph, random, keys);

  drawEntities(graph, random, keys);
  drawValueTypes(graph, random);
  drawAbstractTypes(graph, random, keys);
  for (const entity of typesOf(graph, 'entity')) {
    const allowed = graph.subgraphs.filter((subgraph) => placement.isAllowed(entity.name, subgraph));
    const keyedIn = typesOf(graph, 'interface').find(({ members, keyedIn }) => keyedIn && members.includes(entity.name))?.keyedIn;
    placement.place(entity.name, keyedIn ?? random.pick(allowed));
  }
  for (const type of typesOf(graph, 'interface')) for (const member of type.members) spreadInterfaceFields(placement, type, member);
  for (const type of typesOf(graph, 'interface')) {
    if (type.keyedIn) {
      placement.placeMembers(type, type.keyedIn, type.members);
      for (const member of type.members) placement.addKey(graph.types[member] as Entity, type.keyedIn, type.key);
    }
    if (type.objectIn) {
      const subgraph = type.objectIn;
      // Never a way back to the interface: the planner needs minutes for a few such steps.
      const types = Object.values(graph.types).filter(
        (other) =>
          (other.kind === 'value' || other.kind === 'entity') &&
          !type.members.includes(other.name) &&
          placement.isAllowed(other.name, subgraph),
      );
      for (let number = 0; number < random.int(1, 2); number++)
        type.objectFields.push(
          drawField(
            placement,
            type.name,
            `${lower(type.name)}Extra${number}`,
            subgraph,
            types.map(({ name }) => name),
          ),
        );
    }
  }
  if (random.chance(0.4)) drawContext(placement, keys);
  for (const entity of typesOf(graph, 'entity')) drawEntityFields(placement, entity);
  if (random.chance(0.6)) drawSplitType(placement, random.pick(typesOf(graph, 'entity')));
  drawRoots(placement);
  drawDirectives(placement);
  dropBrokenRequires(graph);
  for (const entity of typesOf(graph, 'entity')) closeStubs(graph, random, entity);
  return graph;
}

function drawEntities(graph: Graph, random: Random, keys: Map<string, string[]>): void {
  const usesMeta = random.chance(0.5);
  if (usesMeta)
    graph.types.Meta = {
      kind: 'value',
      name: 'Meta',
      in: [],
      fields: [
        { ...bare('Meta', 'ref', random.pick(['String!', 'ID!'])), isKey: true },
        bare('Meta', 'note', random.pick(['String', 'Int!', '[Any]'])),
      ],
    };
  for (let index = 0; index < random.int(3, 8); index++) {
    const name = `T${index}`;
    const sets: [string, Field[]][] = [
      ['sku', [bare(name, 'sku', random.pick(['String!', 'ID']))]],
      ['code number', [bare(name, 'code', 'String!'), bare(name, 'number', 'Int!')]],
      ['id number', [bare(name, 'number', 'Int!')]],
    ];
    if (usesMeta)
      sets.push(
        ['meta { ref }', [bare(name, 'meta', 'Meta!')]],
        ['sku meta { ref }', [bare(name, 'sku', 'String!'), bare(name, 'meta', 'Meta')]],
      );
    const chosen = random.chance(0.4) ? [] : random.some(sets, 1, 2);
    const fields = new Map(
      [bare(name, 'id', 'ID!'), ...chosen.flatMap(([, fields]) => fields)].map((field) => [field.name, { ...field, isKey: true }]),
    );
    keys.set(name, ['id', ...chosen.map(([set]) => set)]);
    graph.types[name] = { kind: 'entity', name, index, keysIn: {}, fields: [...fields.values()] };
  }
}

function drawValueTypes(graph: Graph, random: Random): void {
  const entities = typesOf(graph, 'entity').map(({ name }) => name);
  for (let index = 0; index < random.int(1, 3); index++) {
    const name = `V${index}`;
    const others = typesOf(graph, 'value').map((type) => type.name);
    const type: ValueType = { kind: 'value', name, in: [], fields: [] };
    for (let number = 0; number < random.int(1, 3); number++)
      type.fields.push(bare(name, `v${number}`, wrapped(random, random.pick(LEAVES))));
    if (others.length > 0 && random.chance(0.5)) type.fields.push(bare(name, 'inner', wrapped(random, random.pick(others))));
    if (random.chance(0.5)) type.fields.push(bare(name, 'entity', wrapped(random, random.pick(entities))));
    for (const field of type.fields) field.args = drawArguments(random);
    graph.types[name] = type;
  }
}

function drawAbstractTypes(graph: Graph, random: Random, keys: Map<string, string[]>): void {
  const entities = typesOf(graph, 'entity').map(({ name }) => name);
  const values = typesOf(graph, 'value').map(({ name }) => name);
  const interfaceCount = random.int(0, 2);
  const unionCount = random.int(0, 2);
  for (let index = 0; index < interfaceCount; index++) {
    const name = `I${index}`;
    const isKeyed = index === 0 && random.chance(0.5);
    const members = isKeyed || random.chance(0.7) ? random.some(entities, 1, 4) : random.some([...entities, ...values], 2, 4);
    const key = isKeyed ? random.pick(['id', 'id', 'tag', 'id tag']) : 'id';
    const type: Interface = { kind: 'interface', name, members, membersIn: {}, fields: [], key, objectFields: [] };
    for (let number = 0; number < random.int(1, 3); number++)
      type.fields.push({
        name: `${lower(name)}f${number}`,
        type: wrapped(random, random.pick(number === 0 || random.chance(0.6) ? LEAVES : [...values, ...entities])),
        args: drawArguments(random),
      });
    if (members.every((member) => graph.types[member]?.kind === 'entity')) type.fields.push({ name: 'id', type: 'ID!', args: [] });
    if (key !== 'id') drawTag(graph, type, keys);
    // A value type in an interface would need the interface's own fields in every subgraph: recursion without an end.
    if (members.some((member) => values.includes(member))) type.fields = type.fields.filter(({ type }) => LEAVES.includes(named(type)));
    if (isKeyed) {
      const [keyedIn, objectIn] = random.shuffle(graph.subgraphs);
      type.keyedIn = keyedIn;
      if (random.chance(0.7)) type.objectIn = objectIn;
    }
    graph.types[name] = type;
    for (const member of members) {
      const object = graph.types[member];
      if (object?.kind === 'value')
        object.fields.push(
          ...type.fields.map((field) => ({ ...bare(member, field.name, narrowed(random, field.type)), args: field.args })),
        );
    }
  }
  for (let index = 0; index < unionCount; index++)
    graph.types[`U${index}`] = { kind: 'union', name: `U${index}`, members: random.some([...entities, ...values], 2, 4), membersIn: {} };
}

/** Gives all members of an interface the key of the interface, with a field that only this key has. */
function drawTag({ types }: Graph, { fields, members, key }: Interface, keys: Map<string, string[]>): void {
  fields.push({ name: 'tag', type: 'String!', args: [] });
  for (const member of members) {
    keys.get(member)!.push(key);
    const entity = types[member];
    if (entity?.kind === 'entity') entity.fields.push({ ...bare(member, 'tag', 'String!'), isKey: true });
  }
}

/** An object may promise more than its interface. */
const narrowed = (random: Random, type: string): string => (!type.endsWith('!') && random.chance(0.2) ? `${type}!` : type);

/** An entity of an interface resolves the interface's fields, some in a subgraph of their own. */
function spreadInterfaceFields(placement: Placement, type: Interface, member: string): void {
  const object = placement.graph.types[member];
  if (object?.kind !== 'entity') return;
  for (const field of type.fields) {
    if (object.fields.some(({ name }) => name === field.name)) continue;
    const subgraph = subgraphFor(placement, object, named(field.type));
    if (!subgraph) throw new Error(`no subgraph for ${member}.${field.name}`);
    placement.place(member, subgraph);
    placement.place(named(field.type), subgraph);
    object.fields.push({ ...bare(member, field.name, narrowed(placement.random, field.type)), args: field.args, in: [subgraph] });
  }
}

function subgraphFor(placement: Placement, entity: Entity, typeName: string): string | undefined {
  const fitting = placement.graph.subgraphs.filter(
    (subgraph) => placement.isAllowed(entity.name, subgraph) && placement.isAllowed(typeName, subgraph),
  );
  return fitting.length > 0 ? placement.random.pick(fitting) : undefined;
}

function drawEntityFields(placement: Placement, entity: Entity): void {
  const { graph, random } = placement;
  for (let number = 0; number < random.int(2, 6); number++) {
    const subgraph = random.pick(graph.subgraphs.filter((name) => placement.isAllowed(entity.name, name)));
    placement.place(entity.name, subgraph);
    const field = drawField(placement, entity.name, `f${number}`, subgraph);
    if (random.chance(0.2)) share(placement, field);
    entity.fields.push(field);
  }
}

/** A second subgraph resolves the field too. */
function share(placement: Placement, field: Field): void {
  const others = placement.graph.subgraphs.filter(
    (name) => !field.in.includes(name) && placement.isAllowed(field.owner, name) && placement.isAllowed(named(field.type), name),
  );
  if (others.length === 0) return;
  const subgraph = placement.random.pick(others);
  placement.place(field.owner, subgraph);
  placement.place(named(field.type), subgraph);
  const type = placement.graph.types[named(field.type)];
  if (type && possibleTypes(placement.graph, { type: field.type, in: [...field.in, subgraph] }).length === 0) return;
  field.in.push(subgraph);
}

function drawRoots(placement: Placement): void {
  const { graph, random } = placement;
  const query: Field[] = [];
  for (let number = 0; number < random.int(4, 8); number++) {
    const field = drawField(placement, 'Query', `q${number}`, random.pick(graph.subgraphs));
    if (random.chance(0.2)) share(placement, field);
    query.push(field);
  }
  const mutation = Array.from({ length: random.int(0, 4) }, (_, number) => {
    const field = drawField(placement, 'Mutation', `m${number}`, random.pick(graph.subgraphs));
    // A failing non-null mutation would end the operation, and say nothing about the ones after it.
    return { ...field, type: field.type.replace(/!$/, '') };
  });
  const subscription = Array.from({ length: random.int(0, 2) }, (_, number) =>
    drawField(placement, 'Subscription', `s${number}`, random.pick(graph.subgraphs)),
  );
  graph.types.Query = { kind: 'root', name: 'Query', fields: query };
  if (mutation.length > 0) graph.types.Mutation = { kind: 'root', name: 'Mutation', fields: mutation };
  if (subscription.length > 0) graph.types.Subscription = { kind: 'root', name: 'Subscription', fields: subscription };
}

/** Types that were placed later may have brought a required field into the subgraph that requires it. */
function dropBrokenRequires(graph: Graph): void {
  for (const entity of typesOf(graph, 'entity'))
    entity.fields = entity.fields.filter(({ requires, in: [subgraph] }) => {
      let isBroken = false;
      if (requires)
        walkSelection(
          graph,
          entity.name,
          selectionSet(requires),
          (field, node, depth) => (isBroken ||= depth === 0 && field.in.includes(subgraph!)),
        );
      return !isBroken;
    });
}

/** A value type whose fields different subgraphs know: all of them resolve the field of the entity that leads to it. */
function drawSplitType(placement: Placement, entity: Entity): void {
  const { graph, random } = placement;
  const subgraphs = random.some(
    graph.subgraphs.filter((subgraph) => placement.isAllowed(entity.name, subgraph)),
    2,
    3,
  );
  if (subgraphs.length < 2) return;
  const name = 'Split';
  const fields = Array.from({ length: random.int(2, 4) }, (_, number) => ({
    ...bare(name, `s${number}`, wrapped(random, random.pick(LEAVES))),
    args: drawArguments(random),
    in: number === 0 ? [subgraphs[0]!] : number === 1 ? [subgraphs[1]!] : random.some(subgraphs),
  }));
  graph.types[name] = {
    kind: 'value',
    name,
    in: subgraphs.filter((subgraph) => fields.some((field) => field.in.includes(subgraph))),
    fields,
    isSplit: true,
  };
  for (const subgraph of subgraphs) placement.place(entity.name, subgraph);
  entity.fields.push({ ...bare(entity.name, 'split', wrapped(random, name)), args: drawArguments(random), in: graph.types[name].in });
}

/** A subgraph that only refers to an entity may say that it resolves none of it. */
function closeStubs(graph: Graph, random: Random, entity: Entity): void {
  const isKeyedInterface = (subgraph: string) =>
    typesOf(graph, 'interface').some(({ keyedIn, members }) => keyedIn === subgraph && members.includes(entity.name));
  const [hub, ...others] = Object.keys(entity.keysIn);
  for (const subgraph of others) {
    const isStub = !entity.fields.some((field) => !field.isKey && (field.in.includes(subgraph) || field.overrides === subgraph));
    const keys = entity.keysIn[subgraph]!;
    if (subgraph === hub || isKeyedInterface(subgraph)) continue;
    if (isStub && random.chance(0.6)) for (const key of keys) key.resolvable = false;
    else if (keys.length > 1 && random.chance(0.3)) random.pick(keys).resolvable = false;
  }
}

const lower = (name: string): string => name.toLowerCase();
