import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

const META_FIELDS = new Map([SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]));

/** Names of the object types that an object at one response path can have. */
export type ObjectTypes = readonly string[];

/** Determines the object types that can occur at a place in an operation. */
export class PossibleTypes {
  readonly #schema: GraphQLSchema;
  readonly #byName = new Map<string, ObjectTypes>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Returns the possible object types of an object, interface or union type; an empty list for other names. */
  of(name: string): ObjectTypes {
    const known = this.#byName.get(name);
    if (known) return known;
    const type = this.#schema.getType(name);
    const types = isAbstractType(type)
      ? this.#schema.getPossibleTypes(type).map((possible) => possible.name)
      : isObjectType(type)
        ? [name]
        : [];
    this.#byName.set(name, types);
    return types;
  }

  /** Returns the types that a fragment's type condition applies to. Without a condition, these are all types. */
  narrow(types: ObjectTypes, condition: string | undefined): ObjectTypes {
    if (condition === undefined) return types;
    const allowed = this.of(condition);
    return types.every((type) => allowed.includes(type)) ? types : types.filter((type) => allowed.includes(type));
  }

  /** Returns the named types that a field can have on these object types. An implementation may narrow the type of its interface's field. */
  outputTypes(types: ObjectTypes, field: string): ReadonlySet<GraphQLNamedType> {
    return new Set(types.map((type) => this.#outputType(type, field)));
  }

  /** Returns the possible object types of the objects that a field returns. */
  ofField(types: ObjectTypes, field: string): ObjectTypes {
    const composite = [...this.outputTypes(types, field)].filter(isCompositeType);
    return [...new Set(composite.flatMap(({ name }) => this.of(name)))];
  }

  #outputType(type: string, field: string): GraphQLNamedType {
    const object = this.#schema.getType(type);
    const definition = META_FIELDS.get(field) ?? (isObjectType(object) ? object.getFields()[field] : undefined);
    if (!definition) throw new Error(`The schema has no field ${type}.${field}. Validate the operation before authorization.`);
    return getNamedType(definition.type);
  }
}
