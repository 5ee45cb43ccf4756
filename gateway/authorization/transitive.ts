import {
  CONTEXT_VERSIONS,
  ContextSpecDefinition,
  InterfaceType,
  validateSupergraph,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { Clause } from './clause.js';
import { PossibleTypes } from './possible-types.js';
import { findRefused, type Demands } from './refused-fields.js';

/** A field, and what a subgraph is given of the graph to answer it. */
interface Reader {
  readonly type: string;
  readonly field: string;
  readonly reads: readonly { readonly on: string; readonly selectionSet: SelectionSetNode }[];
}

/**
 * Whoever may not read a field may not read what is made of it: a field demands what the fields of its `@requires` and
 * `@fromContext` demand. Composition since 2.9.4 insists that subgraphs say so themselves; older supergraphs do not.
 * Such fields may read each other, so this goes on until nothing is added.
 */
export function addWhatFieldsRead(schema: Schema, demands: Demands, put: (field: string, clauses: readonly Clause[]) => void): void {
  const possible = new PossibleTypes(schema.toGraphQLJSSchema());
  const readers = findReaders(schema);
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const { type, field, reads } of readers) {
      const clauses = new Set(demands.ofField(type, field));
      const known = clauses.size;
      for (const { on, selectionSet } of reads) {
        const types = possible.of(on);
        const note = (clause: Clause) => void clauses.add(clause);
        types.flatMap((one) => demands.ofType(one)).forEach(note);
        findRefused({ selectionSet, types, fragments: new Map() }, possible, demands, (clause) => (note(clause), false));
      }
      if (clauses.size === known) continue;
      put(`${type}.${field}`, [...clauses]);
      isSettled = false;
    }
  }
}

function findReaders(schema: Schema): readonly Reader[] {
  const [, joinSpec] = validateSupergraph(schema);
  const joinField = joinSpec.fieldDirective(schema);
  const contexts = contextTypes(schema);
  return [...schema.objectTypes(), ...schema.interfaceTypes()].flatMap((type) =>
    type.fields().flatMap((field) => {
      const uses = field.appliedDirectivesOf(joinField).map((application) => application.arguments());
      const given = uses.flatMap(({ contextArguments }) =>
        (contextArguments ?? []).flatMap(({ context, selection }) =>
          (contexts.get(context) ?? []).map((on) => ({ on, selectionSet: selectionSet(selection) })),
        ),
      );
      const required = uses.flatMap(({ requires }) => (requires ? [selectionSet(requires)] : []));
      if (given.length + required.length === 0) return [];
      // What an `@interfaceObject` reads is on the interface here, and holds for the field of each implementation.
      return holders(type).map(({ name: on }) => ({
        type: on,
        field: field.name,
        reads: [...given, ...required.map((set) => ({ on, selectionSet: set }))],
      }));
    }),
  );
}

const holders = (type: ObjectType | InterfaceType): readonly ObjectType[] =>
  type instanceof InterfaceType ? type.possibleRuntimeTypes() : [type];

/** The types that set each context, by its name. */
function contextTypes(schema: Schema): ReadonlyMap<string, readonly string[]> {
  const types = new Map<string, string[]>();
  const feature = schema.coreFeatures?.getByIdentity(ContextSpecDefinition.identity);
  const directive = feature && CONTEXT_VERSIONS.find(feature.url.version)?.contextDirective(schema);
  for (const application of directive?.applications() ?? []) {
    const { name } = application.arguments();
    types.set(name, [...(types.get(name) ?? []), (application.parent as ObjectType).name]);
  }
  return types;
}

/** A field set, which comes with or without its outer braces. */
function selectionSet(fields: string): SelectionSetNode {
  const [definition] = parse(fields.trim().startsWith('{') ? fields : `{${fields}}`).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a selection of fields: ${fields}`);
  return definition.selectionSet;
}
