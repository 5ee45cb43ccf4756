import { bare, drawArguments, drawField, wrapped } from './draw-field.js';
import { CONTEXTUAL, LEAVES, typesOf, type Context, type Entity, type ValueType } from './graph.js';
import { requiredCall } from './literal.js';
import type { Placement } from './placement.js';

const [KID, NEST] = CONTEXTUAL;

/**
 * Adds an entity whose fields get arguments from the entities above it (`@fromContext`). Only fields of entities with the
 * context lead to it, directly or through a value type: a field that lacks its context is no valid supergraph.
 */
export function drawContext(placement: Placement, keys: Map<string, readonly string[]>): void {
  const { graph, random } = placement;
  const subgraph = random.pick(graph.subgraphs);
  const entities = typesOf(graph, 'entity');
  const owners = random.some(
    entities.filter(({ name }) => placement.isAllowed(name, subgraph)),
    1,
    2,
  );
  if (owners.length === 0) return;
  const type = wrapped(random, random.pick(LEAVES));
  const context: Context = { name: 'c0', subgraph, type: type.replaceAll('!', ''), selections: {} };
  graph.contexts.push(context);
  const kid: Entity = {
    kind: 'entity',
    name: KID,
    index: entities.length,
    keysIn: {},
    fields: [{ ...bare(KID, 'id', 'ID!'), isKey: true }],
  };
  const nest: ValueType = { kind: 'value', name: NEST, in: [], fields: [bare(NEST, 'n0', 'Int'), bare(NEST, 'kid', wrapped(random, KID))] };
  keys.set(KID, ['id']);
  graph.types[KID] = kid;
  graph.types[NEST] = nest;
  placement.place(KID, subgraph);

  for (const owner of owners) {
    placement.place(owner.name, subgraph);
    const homes = graph.subgraphs.filter((name) => placement.isAllowed(owner.name, name));
    const home = random.chance(0.5) ? subgraph : random.pick(homes);
    placement.place(owner.name, home);
    const value = { ...bare(owner.name, 'given0', type), args: drawArguments(random), in: [home] };
    owner.fields.push(value);
    context.selections[owner.name] = requiredCall(graph, value);
    for (const [name, target] of [
      ['kid', KID],
      ['nest', NEST],
    ] as const) {
      const at = random.pick(homes);
      placement.place(owner.name, at);
      placement.place(target, at);
      owner.fields.push({ ...bare(owner.name, name, wrapped(random, target)), args: drawArguments(random), in: [at] });
    }
  }
  for (let number = 0; number < random.int(1, 2); number++)
    kid.fields.push({ ...drawField(placement, KID, `k${number}`, subgraph), fromContext: context });
}
