/** Who is told what comes over a channel of PostgreSQL's NOTIFY. */
export interface Listener {
  onNotification(payload: string): void;
  /** The connection is lost and another one is being opened: what is told meanwhile will not be heard. */
  onConnectionLost(error: Error): void;
  /** It is open again. */
  onReconnected(): void;
}

/**
 * Listens to a channel until the answered function is called; listens when the promise resolves, and rejects where
 * the database cannot be reached. Each call costs the database one LISTEN.
 */
export type Listen = (channel: string, listener: Listener) => Promise<() => Promise<void>>;
