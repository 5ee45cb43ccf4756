import type { Entity, Field, Graph, GraphType } from './graph.js';

/** Something that can be left out of a graph. */
interface Part {
  name: string;
  leaveOut(graph: Graph): void;
}

/**
 * The graph with as few types, fields, keys and members as still fail. `fails` answers false for a graph that does not
 * compose, and is asked at most `budget` times. Halves are tried before single parts, and single parts until none can go: one may
 * hold another.
 */
export async function shrinkGraph(graph: Graph, fails: (graph: Graph) => Promise<boolean>, budget = 600): Promise<Graph> {
  let smallest = graph;
  let asked = 0;
  let size = parts(graph).length;
  for (let isSmaller = true; isSmaller || size > 1;) {
    size = Math.max(1, Math.floor(size / 2));
    isSmaller = false;
    for (let at = 0; at < parts(smallest).length;) {
      if (asked++ >= budget) return smallest;
      const candidate = structuredClone(smallest);
      for (const part of parts(smallest).slice(at, at + size)) part.leaveOut(candidate);
      if (await fails(candidate)) {
        smallest = candidate;
        isSmaller = true;
      } else at += size;
    }
  }
  return smallest;
}

function parts(graph: Graph): Part[] {
  return Object.values(graph.types).flatMap((type) => [...subgraphsOf(type), ...fieldsIn(type), ...keysOf(type)]);
}

/** A type in one subgraph. */
function subgraphsOf(type: GraphType): Part[] {
  if (type.kind === 'root') return [];
  const subgraphs = type.kind === 'entity' ? Object.keys(type.keysIn) : type.kind === 'value' ? type.in : Object.keys(type.membersIn);
  return subgraphs.map((subgraph) => ({
    name: `${type.name} in ${subgraph}`,
    leaveOut(graph) {
      const own = graph.types[type.name]!;
      if (own.kind === 'value') own.in = own.in.filter((name) => name !== subgraph);
      if (own.kind === 'interface' || own.kind === 'union') delete own.membersIn[subgraph];
      if (own.kind !== 'entity') return;
      delete own.keysIn[subgraph];
      for (const field of own.fields) field.in = field.in.filter((name) => name !== subgraph);
      own.fields = own.fields.filter((field) => field.in.length > 0);
    },
  }));
}

function fieldsIn(type: GraphType): Part[] {
  if (type.kind === 'union') return [];
  const fields = type.fields.flatMap(({ name }): Part[] => [
    { name: `${type.name}.${name}`, leaveOut: (graph) => onFields(graph, type.name, (all) => all.filter((field) => field.name !== name)) },
  ]);
  const provides = type.fields.flatMap((field): Part[] =>
    'provides' in field && field.provides
      ? [
          {
            name: `${type.name}.${field.name} @provides`,
            leaveOut: (graph) =>
              onFields(graph, type.name, (all) => all.map((one) => (one.name === field.name ? { ...one, provides: undefined } : one))),
          },
        ]
      : [],
  );
  return [...fields, ...provides];
}

function onFields(graph: Graph, typeName: string, change: (fields: Field[]) => Field[]): void {
  const type = graph.types[typeName]!;
  if (type.kind === 'interface') type.objectFields = change(type.objectFields);
  if (type.kind !== 'union') type.fields = change(type.fields as Field[]);
}

/** Keys; the last one that can be resolved stays, as a graph without it is another kind of wrong. */
function keysOf(type: GraphType): Part[] {
  if (type.kind !== 'entity') return [];
  return Object.entries(type.keysIn).flatMap(([subgraph, keys]) =>
    keys
      .filter((key) => !key.resolvable || keys.some((other) => other.resolvable && other !== key))
      .map(({ fields }) => ({
        name: `${type.name} @key ${fields} ${subgraph}`,
        leaveOut(graph) {
          const { keysIn } = graph.types[type.name] as Entity;
          if (keysIn[subgraph]) keysIn[subgraph] = keysIn[subgraph].filter((key) => key.fields !== fields);
        },
      })),
  );
}
