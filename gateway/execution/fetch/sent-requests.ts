import type { Fetch } from './fetch.js';
import { entityQueryKey } from './merged-operations.js';

/** One subgraph request of a fetch. */
export interface SentFetch {
  /** Milliseconds since the epoch. */
  sentAt: number;
  /** Milliseconds since the epoch; null while the request has not ended. */
  receivedAt: number | null;
  /** Nanoseconds from the start of the client's request. */
  sentOffsetNs: number;
  /** The subgraph's trace as base64; undefined if it returned none. */
  ftv1: string | undefined;
  /** The response key of the fetch's field in a request that several fetches share; null if the request is its own. */
  responseKey: string | null;
}

/** Records the subgraph requests of one execution of an operation. */
export class SentRequests {
  readonly #sent = new Map<Fetch, SentFetch[]>();
  readonly #startedAt: bigint;

  /** @param startHrTime the start of the client's request, as `process.hrtime()` returned it. Default: now. */
  constructor(startHrTime?: readonly [number, number]) {
    this.#startedAt = startHrTime ? BigInt(startHrTime[0]) * 1_000_000_000n + BigInt(startHrTime[1]) : process.hrtime.bigint();
  }

  /** Records a request that several fetches may share. Returns the function to call with the extensions of the response. */
  begin(fetches: readonly Fetch[]): (extensions: unknown) => void {
    const sentOffsetNs = Number(process.hrtime.bigint() - this.#startedAt);
    const sent = fetches.map((fetch, index): SentFetch => {
      const responseKey = fetches.length === 1 ? null : entityQueryKey(index);
      const record = { sentAt: Date.now(), receivedAt: null, sentOffsetNs, ftv1: undefined, responseKey };
      const known = this.#sent.get(fetch);
      if (known) known.push(record);
      else this.#sent.set(fetch, [record]);
      return record;
    });
    return (extensions) => {
      const { ftv1 } = (extensions ?? {}) as { ftv1?: unknown };
      for (const record of sent) {
        record.receivedAt = Date.now();
        if (typeof ftv1 === 'string') record.ftv1 = ftv1;
      }
    };
  }

  /** Returns the requests of a fetch: none if it was not sent, several if its entities have different contexts. */
  requestsOf(fetch: Fetch): readonly SentFetch[] {
    return this.#sent.get(fetch) ?? [];
  }

  /** Returns the names of the subgraphs that returned traces. */
  tracedSubgraphs(): ReadonlySet<string> {
    const traced = [...this.#sent].filter(([, requests]) => requests.some(({ ftv1 }) => ftv1 !== undefined));
    return new Set(traced.map(([{ subgraph }]) => subgraph));
  }
}
