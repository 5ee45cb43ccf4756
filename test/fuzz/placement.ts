import { isComposite, named, selectionSet, typesOf, walkSelection, type Entity, type Graph, type Interface, type Union } from './graph.js';
import type { Random } from './random.js';

/** Brings types into subgraphs, with all that they need there. */
export class Placement {
  constructor(
    readonly graph: Graph,
    readonly random: Random,
    /** The key field sets of each entity; its hub, the first subgraph it was placed in, has all of them. */
    readonly keys: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** True if a subgraph may have a type. It may not have the members of an interface beside its `@interfaceObject`. */
  isAllowed(name: string, subgraph: string): boolean {
    const type = this.graph.types[name];
    if (type?.kind === 'entity')
      return !typesOf(this.graph, 'interface').some(({ objectIn, members }) => objectIn === subgraph && members.includes(name));
    if (type?.kind === 'value' && type.isSplit) return type.in.includes(subgraph);
    if (type?.kind === 'value') return type.fields.every((field) => this.isAllowed(named(field.type), subgraph));
    if (type?.kind === 'interface' && type.objectIn === subgraph) return true;
    if (type?.kind === 'interface' || type?.kind === 'union')
      return type.membersIn[subgraph] !== undefined || type.members.some((member) => this.isAllowed(member, subgraph));
    return true;
  }

  place(name: string, subgraph: string): void {
    const type = this.graph.types[name];
    if (!isComposite(type)) return;
    if (type.kind === 'entity') return this.#placeEntity(type, subgraph);
    if (type.kind === 'value') {
      if (type.in.includes(subgraph)) return;
      type.in.push(subgraph);
      return type.fields.forEach((field) => this.place(named(field.type), subgraph));
    }
    if (type.membersIn[subgraph] || (type.kind === 'interface' && type.objectIn === subgraph)) return;
    this.placeMembers(type, subgraph, this.random.some(type.members.filter((member) => this.isAllowed(member, subgraph))));
  }

  placeMembers(type: Interface | Union, subgraph: string, members: string[]): void {
    type.membersIn[subgraph] = members;
    for (const member of members) this.place(member, subgraph);
    if (type.kind === 'interface') this.#shareFields(type, subgraph);
  }

  /** Gives an entity one more key of a subgraph. */
  addKey(entity: Entity, subgraph: string, fields: string): void {
    const keys = (entity.keysIn[subgraph] ??= []);
    if (keys.some((key) => key.fields === fields)) return;
    keys.push({ fields, resolvable: true });
    walkSelection(this.graph, entity.name, selectionSet(fields), (field) => {
      if (field.owner === entity.name && !field.in.includes(subgraph)) field.in.push(subgraph);
      this.place(named(field.type), subgraph);
    });
  }

  #placeEntity(entity: Entity, subgraph: string): void {
    if (entity.keysIn[subgraph]) return;
    const keys = this.keys.get(entity.name)!;
    const isHub = Object.keys(entity.keysIn).length === 0;
    for (const key of isHub ? keys : this.random.some(keys, 1, 2)) this.addKey(entity, subgraph, key);
  }

  /** An interface has a field in every subgraph that has it, so all its members there resolve this field. */
  #shareFields(type: Interface, subgraph: string): void {
    const allowed = type.fields.filter((field) => this.isAllowed(named(field.type), subgraph));
    for (const { name } of this.random.some(allowed)) {
      const shared = type.membersIn[subgraph]!.map((member) => {
        const object = this.graph.types[member];
        if (object?.kind !== 'entity' && object?.kind !== 'value') throw new Error(`${member} is no object type`);
        return object.fields.find((field) => field.name === name)!;
      });
      for (const field of shared) {
        if (field.in.length > 0 && !field.in.includes(subgraph)) field.in.push(subgraph);
        this.place(named(field.type), subgraph);
      }
    }
  }
}
