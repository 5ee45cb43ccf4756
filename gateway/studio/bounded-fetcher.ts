/** The maximum number of reports that are being sent. Each is at most 1 MiB before its compression. */
const MAX_PENDING = 4;

type Fetcher = (url: string, init?: object) => Promise<Response>;

/**
 * Returns a fetcher that rejects while too many of its requests have not been answered. Reports that cannot be sent are then
 * dropped, and do not use up the memory.
 */
export function boundedFetcher(fetcher: Fetcher = fetch): Fetcher {
  let pending = 0;
  return async (url, init) => {
    if (pending >= MAX_PENDING) throw new Error(`${MAX_PENDING} reports are being sent already; this one is dropped.`);
    pending++;
    try {
      return await fetcher(url, init);
    } finally {
      pending--;
    }
  };
}
