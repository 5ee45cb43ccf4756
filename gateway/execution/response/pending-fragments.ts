import type { JsonObject } from '../../json.js';
import type { DeferredFragment, Selection } from './selection.js';

/** A deferred fragment at one object of the response, whose result is still to be delivered. */
export interface PendingFragment {
  fragment: DeferredFragment;
  object: JsonObject;
  typename: string;
  /** The response path of the object. */
  path: readonly (string | number)[];
}

/** Collects the deferred fragments of the objects of a response while it is written. */
export class PendingFragments {
  readonly #entries: { pending: PendingFragment; position: number }[] = [];

  /**
   * Adds the deferred fragments of an object whose JSON begins at a position. Objects within it must have been added before.
   */
  add(object: JsonObject, typename: string, selection: Selection, path: readonly (string | number)[], position: number): void {
    for (const fragment of selection.deferred(typename)) {
      // A fragment without fields has no result, but fragments within it may have.
      if (fragment.selection.fields(typename)!.length === 0) this.add(object, typename, fragment.selection, path, position);
      else this.#entries.push({ pending: { fragment, object, typename, path: [...path] }, position });
    }
  }

  /** Removes the fragments of the objects whose JSON begins at the position or behind it. */
  rollBackTo(position: number): void {
    while (this.#entries.length > 0 && this.#entries.at(-1)!.position >= position) this.#entries.pop();
  }

  /** The fragments, in the order of their objects in the response. */
  get inResponseOrder(): PendingFragment[] {
    return [...this.#entries].sort((one, other) => one.position - other.position).map(({ pending }) => pending);
  }
}
