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

/** Names of object types: those that an object at one place of an answer can have. */
export type ObjectTypes = readonly string[];

/** Which object types a place in an operation can meet. */
export class PossibleTypes {
  readonly #schema: GraphQLSchema;
  readonly #byName = new Map<string, ObjectTypes>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The object types of an object, interface or union; none for other names. */
  of(name: string): ObjectTypes {
    const known = this.#byName.get(name);
    if (known) return known;
    const type = this.#schema.getType(name);
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type).map((one) => one.name) : isObjectType(type) ? [name] : [];
    this.#byName.set(name, types);
    return types;
  }

  /** Those that a fragment's type condition leaves; without a condition, all. */
  narrow(types: ObjectTypes, condition: string | undefined): ObjectTypes {
    if (condition === undefined) return types;
    const allowed = this.of(condition);
    return types.every((type) => allowed.includes(type)) ? types : types.filter((type) => allowed.includes(type));
  }

  /** The types, without lists and `!`, that a field can have on these objects: an implementation may narrow its interface's. */
  outputs(types: ObjectTypes, field: string): ReadonlySet<GraphQLNamedType> {
    return new Set(types.map((type) => this.#output(type, field)));
  }

  /** The object types below a field. */
  below(types: ObjectTypes, field: string): ObjectTypes {
    const composite = [...this.outputs(types, field)].filter(isCompositeType);
    return [...new Set(composite.flatMap(({ name }) => this.of(name)))];
  }

  #output(type: string, field: string): GraphQLNamedType {
    const object = this.#schema.getType(type);
    const definition = META_FIELDS.get(field) ?? (isObjectType(object) ? object.getFields()[field] : undefined);
    if (!definition) throw new Error(`No field ${type}.${field}: the operation was not validated`);
    return getNamedType(definition.type);
  }
}
