import {
  CONTEXT_VERSIONS,
  ContextSpecDefinition,
  InterfaceType,
  validateSupergraph,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { AccessRequirement } from './access-requirement.js';
import { PossibleTypes } from './possible-types.js';
import { findUnauthorizedFields, type SchemaRequirements } from './unauthorized-fields.js';

/** A field whose resolver receives the values of other fields, by `@requires` or `@fromContext`. */
interface DependentField {
  readonly type: string;
  readonly field: string;
  readonly dependencies: readonly { readonly parentType: string; readonly selectionSet: SelectionSetNode }[];
}

/**
 * Adds to each field the access requirements of the fields in its `@requires` and `@fromContext`, because the value of the
 * field may reveal their values. Since version 2.9.4, composition demands that subgraphs declare these requirements; older
 * supergraphs may lack them. The fields may depend on each other, so the requirements are propagated until none is added.
 * @param known reads the current requirements, including those that `setRequirements` has stored.
 * @param setRequirements replaces the requirements of a field, which is given as `Type.field`.
 */
export function addTransitiveRequirements(
  schema: Schema,
  known: SchemaRequirements,
  setRequirements: (field: string, requirements: readonly AccessRequirement[]) => void,
): void {
  const possible = new PossibleTypes(schema.toGraphQLJSSchema());
  const dependentFields = findDependentFields(schema);
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const { type, field, dependencies } of dependentFields) {
      const requirements = new Set(known.ofField(type, field));
      const before = requirements.size;
      for (const { parentType, selectionSet } of dependencies) {
        const types = possible.of(parentType);
        const add = (requirement: AccessRequirement) => void requirements.add(requirement);
        types.flatMap((name) => known.ofType(name)).forEach(add);
        // The callback returns false for every requirement, so that all of them are visited.
        findUnauthorizedFields({ selectionSet, types, fragments: new Map() }, possible, known, (requirement) => (add(requirement), false));
      }
      if (requirements.size === before) continue;
      setRequirements(`${type}.${field}`, [...requirements]);
      isSettled = false;
    }
  }
}

function findDependentFields(schema: Schema): readonly DependentField[] {
  const [, joinSpec] = validateSupergraph(schema);
  const joinField = joinSpec.fieldDirective(schema);
  const contexts = contextTypes(schema);
  return [...schema.objectTypes(), ...schema.interfaceTypes()].flatMap((type) =>
    type.fields().flatMap((field) => {
      const uses = field.appliedDirectivesOf(joinField).map((application) => application.arguments());
      const fromContext = uses.flatMap(({ contextArguments }) =>
        (contextArguments ?? []).flatMap(({ context, selection }) =>
          (contexts.get(context) ?? []).map((parentType) => ({ parentType, selectionSet: selectionSet(selection) })),
        ),
      );
      const required = uses.flatMap(({ requires }) => (requires ? [selectionSet(requires)] : []));
      if (fromContext.length + required.length === 0) return [];
      // The supergraph declares a field of an `@interfaceObject` on the interface. Its dependencies apply to the field of each implementation.
      return objectTypesOf(type).map(({ name: parentType }) => ({
        type: parentType,
        field: field.name,
        dependencies: [...fromContext, ...required.map((set) => ({ parentType, selectionSet: set }))],
      }));
    }),
  );
}

const objectTypesOf = (type: ObjectType | InterfaceType): readonly ObjectType[] =>
  type instanceof InterfaceType ? type.possibleRuntimeTypes() : [type];

/** Returns the types that set each context, by the context's name. */
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

/** Parses a field set, which may be written with or without outer braces. */
function selectionSet(fields: string): SelectionSetNode {
  const [definition] = parse(fields.trim().startsWith('{') ? fields : `{${fields}}`).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a field set: ${fields}`);
  return definition.selectionSet;
}
