import { literal } from './literal.js';
import type { Random } from './random.js';

/** The variables of an operation: drawn where it has a use for one, given, null, or left out. */
export class Variables {
  readonly definitions: string[] = [];
  readonly values: Record<string, unknown> = {};
  readonly #names = new Map<string, string[]>();

  /** @param conditionCount how many variables conditions may use. */
  constructor(
    readonly random: Random,
    readonly conditionCount: number,
  ) {}

  /** `$c0`, `$c1` or another of the variables of conditions; one of any kind if there are none. */
  useCondition(): string {
    if (this.conditionCount === 0) return this.use('Boolean!');
    const name = `c${this.random.int(0, this.conditionCount - 1)}`;
    if (!Object.hasOwn(this.values, name)) {
      this.definitions.push(`$${name}: Boolean!`);
      this.values[name] = this.random.chance(0.5);
    }
    return `$${name}`;
  }

  /** `$name` of a new or a known variable that fits the type. */
  use(type: string): string {
    const known = this.#names.get(type) ?? [];
    if (known.length > 0 && this.random.chance(0.4)) return this.random.pick(known);
    const name = `$v${this.definitions.length}`;
    this.#names.set(type, [...known, name]);
    this.#define(name, type);
    return name;
  }

  #define(name: string, type: string): void {
    const isNonNull = type.endsWith('!');
    const hasDefault = this.random.chance(0.35);
    const defaultValue = hasDefault ? ` = ${literal(this.random, type)}` : '';
    // A nullable variable with a default fits a non-null place too, as long as nobody gives null.
    const declared = isNonNull && hasDefault && this.random.chance(0.5) ? type.slice(0, -1) : type;
    this.definitions.push(`${name}: ${declared}${defaultValue}`);
    if ((isNonNull && !hasDefault) || this.random.chance(0.6)) this.values[name.slice(1)] = jsonOf(literal(this.random, type));
    else if (!isNonNull && this.random.chance(0.3)) this.values[name.slice(1)] = null;
  }
}

/** True if only conditions use the variable. */
export const isCondition = (name: string): boolean => /^c\d+$/.test(name);

/** The JSON of a literal: enum values and keys in quotes. */
function jsonOf(text: string): unknown {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/g, (token) => (/^"|^(null|true|false)$/.test(token) ? token : `"${token}"`)),
  );
}
