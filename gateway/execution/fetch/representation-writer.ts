import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { isInherited, isSerializable, JsonNumber, ownValue, stringifyJson, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';

interface RequiredField {
  /** The response key under which the fetched object has the value, and the property's name in the representation. */
  responseKey: string;
  isInherited: boolean;
  /** The property's name as JSON, with its colon: `"key":`. */
  keyJson: string;
  isNonNull: boolean;
  /** Writes the value if it is an object; null for a leaf. */
  nested: RepresentationWriter | null;
}

interface FieldsOfType {
  fields: readonly RequiredField[];
  /** The member `"__typename":"..."`; null if no `__typename` is required. */
  typenameJson: string | null;
  /** The number of fields; null if some of them are objects. */
  leafCount: number | null;
}

/** Called with the object and the key of a required value that the object lacks. */
export type OnMissing = (object: JsonObject, key: string) => void;

/**
 * Writes the representations of entities for one fetch: the fields of the entity's `@key` and those that `@requires` names,
 * compiled from the plan's `requires`. Representations are written as JSON: the JSON is sent as it is, and equal JSON means
 * the same entity.
 */
export class RepresentationWriter {
  readonly #byType = new Map<string, FieldsOfType>();

  constructor(
    private readonly selections: readonly QueryPlanSelectionNode[],
    private readonly types: SchemaTypes,
    /** The type of objects that have no `__typename`. */
    private readonly declaredType: string,
  ) {}

  /**
   * Returns the representation of an object as JSON; undefined if the object lacks a required value. A nullable value that a
   * nested object lacks is written as null.
   */
  write(object: JsonObject, onMissing: OnMissing | null): string | undefined {
    const json = this.#writeObject(object, onMissing, true);
    return json === '{}' ? undefined : json;
  }

  /** True if the object has no fields but those of its representation. */
  coversObject(object: JsonObject): boolean {
    const { leafCount } = this.#fieldsOf(object.__typename as string);
    if (leafCount === null) return false;
    let count = 0;
    for (const _key in object) count++;
    return count === leafCount;
  }

  #writeObject(object: JsonObject, onMissing: OnMissing | null, isEntity: boolean): string | undefined {
    const { __typename: ownTypename } = object;
    const { fields, typenameJson } = this.#fieldsOf((ownTypename as string | undefined) ?? this.declaredType);
    let members = '';
    for (const field of fields) {
      if (field.responseKey === '__typename' && ownTypename !== undefined && typenameJson !== null) {
        members += members === '' ? typenameJson : `,${typenameJson}`;
        continue;
      }
      const value = field.isInherited ? ownValue(object, field.responseKey) : object[field.responseKey];
      if (value === undefined) onMissing?.(object, field.responseKey);
      const json = value === undefined ? undefined : this.#writeValue(value, field, onMissing);
      if (json === undefined && (isEntity ? value === undefined || field.isNonNull : field.isNonNull)) return undefined;
      members += `${members === '' ? '' : ','}${field.keyJson}${json ?? 'null'}`;
    }
    return `{${members}}`;
  }

  #writeValue(value: Json, field: RequiredField, onMissing: OnMissing | null): string | undefined {
    if (typeof value === 'string') return toJsonString(value);
    if (value === null || field.nested === null || typeof value !== 'object' || value instanceof JsonNumber)
      return isSerializable(value) ? stringifyJson(value) : undefined;
    if (!Array.isArray(value)) return field.nested.#writeObject(value, onMissing, false);
    return `[${value.map((item) => (item === undefined ? 'null' : (this.#writeValue(item, field, onMissing) ?? 'null'))).join()}]`;
  }

  #fieldsOf(typename: string): FieldsOfType {
    let known = this.#byType.get(typename);
    if (!known) {
      known = this.#collectFields(typename);
      // Unknown type names are not cached: a subgraph could return a new one each time, and the cache would grow without limit.
      if (known.fields.length > 0) this.#byType.set(typename, known);
    }
    return known;
  }

  /** Collects the required fields of one type, including those of the fragments that apply to it. */
  #collectFields(typename: string): FieldsOfType {
    const selected = new Map<string, { name: string; selections: QueryPlanSelectionNode[] | null }>();
    const add = (selections: readonly QueryPlanSelectionNode[]): void => {
      for (const selection of selections) {
        if (selection.kind === 'InlineFragment') {
          if (!selection.typeCondition || this.types.matches(typename, selection.typeCondition)) add(selection.selections);
          continue;
        }
        const key = selection.alias ?? selection.name;
        const known = selected.get(key);
        if (known) known.selections?.push(...(selection.selections ?? []));
        else selected.set(key, { name: selection.name, selections: selection.selections ? [...selection.selections] : null });
      }
    };
    add(this.selections);
    const fields = [...selected].map(([key, { name, selections }]) => {
      const field = this.types.field(typename, name);
      return {
        responseKey: key,
        isInherited: isInherited(key),
        keyJson: `${JSON.stringify(key)}:`,
        isNonNull: field?.isNonNull ?? false,
        nested: selections && new RepresentationWriter(selections, this.types, field?.type ?? ''),
      };
    });
    const typenameJson = selected.has('__typename') ? `"__typename":${JSON.stringify(typename)}` : null;
    return { fields, typenameJson, leafCount: fields.every(({ nested }) => nested === null) ? fields.length : null };
  }
}

/** The length in characters up to which a loop is faster than JSON.stringify. Keys are rarely longer. */
const MAX_LOOP_LENGTH = 40;

/** Returns the text as a JSON string literal. */
function toJsonString(text: string): string {
  if (text.length > MAX_LOOP_LENGTH) return JSON.stringify(text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}
