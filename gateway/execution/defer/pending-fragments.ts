import type { JsonObject } from '../../json.js';
import type { DeferredFragment, Selection } from '../shape/selection.js';

/** A deferred fragment at an object that is in the response: what is to be answered there. */
export interface PendingFragment {
  fragment: DeferredFragment;
  object: JsonObject;
  typename: string;
  /** Of the object, in the client's response. */
  path: readonly (string | number)[];
}

/** Notes the deferred fragments of objects while a response is written; what is taken back of it, takes them along. */
export class PendingFragments {
  readonly #found: { pending: PendingFragment; position: number }[] = [];

  /** An object was written from a position on, all that is in it before. */
  note(object: JsonObject, typename: string, selection: Selection, path: readonly (string | number)[], position: number): void {
    for (const fragment of selection.deferred(typename)) {
      // One of which nothing is left has nothing to answer, but its own fragments may have.
      if (fragment.selection.fields(typename)!.length === 0) this.note(object, typename, fragment.selection, path, position);
      else this.#found.push({ pending: { fragment, object, typename, path: [...path] }, position });
    }
  }

  /** What was written from a position on is taken back. */
  backTo(position: number): void {
    while (this.#found.length > 0 && this.#found.at(-1)!.position >= position) this.#found.pop();
  }

  /** All that are left, in the order of the response. */
  get found(): PendingFragment[] {
    return [...this.#found].sort((one, other) => one.position - other.position).map(({ pending }) => pending);
  }
}
