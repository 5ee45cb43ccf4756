import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { isInherited, ownValue, type Json, type JsonObject } from '../../json.js';
import { isShallow } from '../shape/leaf.js';
import type { SchemaTypes } from '../schema-types.js';

interface RequiredField {
  /** The response key that holds the value, and the property's name in the representation. */
  key: string;
  isInherited: boolean;
  /** `"key":`, as it is written. */
  label: string;
  isNonNull: boolean;
  /** What is needed of an object; null for a leaf. */
  of: RepresentationWriter | null;
}

interface FieldsOfType {
  fields: readonly RequiredField[];
  /** The type's name as JSON, where the object says it itself and it is required. */
  typename: string | null;
  /** How many properties an object has that consists of these fields alone; null if some of them are objects. */
  leaves: number | null;
}

/** Tells that a value is missing because the request that should have brought it failed. */
export type OnMissing = (object: JsonObject, key: string) => void;

/**
 * What a subgraph must be told of an entity (its key, and what `@requires` asks for), compiled from a plan's `requires`.
 * Representations are written as JSON text at once: the text is what is sent, and equal texts are the same entity.
 */
export class RepresentationWriter {
  readonly #byType = new Map<string, FieldsOfType>();

  constructor(
    private readonly selections: readonly QueryPlanSelectionNode[],
    private readonly types: SchemaTypes,
    /** The type of objects that do not say theirs. */
    private readonly declared: string,
  ) {}

  /**
   * The representation of an object as JSON; undefined where it cannot be made, as a value is missing that it needs.
   * A nullable value that is missing within a required object is null, as it would be in one server.
   */
  write(object: JsonObject, onMissing: OnMissing | null): string | undefined {
    const text = this.#text(object, onMissing, true);
    return text === '{}' ? undefined : text;
  }

  /** Whether the object holds nothing beside what its representation says. */
  isAllOf(object: JsonObject): boolean {
    const { leaves } = this.#of(object.__typename as string);
    if (leaves === null) return false;
    let count = 0;
    for (const _key in object) count++;
    return count === leaves;
  }

  #text(object: JsonObject, onMissing: OnMissing | null, isEntity: boolean): string | undefined {
    const { __typename: said } = object;
    const { fields, typename } = this.#of((said as string | undefined) ?? this.declared);
    let text = '';
    for (const field of fields) {
      if (field.key === '__typename' && said !== undefined && typename !== null) {
        text += text === '' ? typename : `,${typename}`;
        continue;
      }
      const value = field.isInherited ? ownValue(object, field.key) : object[field.key];
      if (value === undefined) onMissing?.(object, field.key);
      const written = value === undefined ? undefined : this.#value(value, field, onMissing);
      if (written === undefined && (isEntity ? value === undefined || field.isNonNull : field.isNonNull)) return undefined;
      text += `${text === '' ? '' : ','}${field.label}${written ?? 'null'}`;
    }
    return `{${text}}`;
  }

  #value(value: Json, field: RequiredField, onMissing: OnMissing | null): string | undefined {
    if (typeof value === 'string') return quoted(value);
    if (value === null || field.of === null || typeof value !== 'object') return isShallow(value) ? JSON.stringify(value) : undefined;
    if (!Array.isArray(value)) return field.of.#text(value, onMissing, false);
    return `[${value.map((item) => (item === undefined ? 'null' : (this.#value(item, field, onMissing) ?? 'null'))).join()}]`;
  }

  #of(typename: string): FieldsOfType {
    let known = this.#byType.get(typename);
    if (!known) {
      known = this.#collect(typename);
      // What is no type is not remembered: a subgraph could say a new one each time.
      if (known.fields.length > 0) this.#byType.set(typename, known);
    }
    return known;
  }

  /** The fields that are needed of one type, those of all fragments that apply to it together. */
  #collect(typename: string): FieldsOfType {
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
        key,
        isInherited: isInherited(key),
        label: `${JSON.stringify(key)}:`,
        isNonNull: field?.isNonNull ?? false,
        of: selections && new RepresentationWriter(selections, this.types, field?.type ?? ''),
      };
    });
    const typenameJson = selected.has('__typename') ? `"__typename":${JSON.stringify(typename)}` : null;
    return { fields, typename: typenameJson, leaves: fields.every(({ of }) => of === null) ? fields.length : null };
  }
}

/** Characters up to which a loop is faster than the engine's own printing; keys are rarely longer. */
const SHORT = 40;

/** The text as a JSON string. */
function quoted(text: string): string {
  if (text.length > SHORT) return JSON.stringify(text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}
