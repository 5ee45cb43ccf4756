/** Receives the notifications of one channel (PostgreSQL's NOTIFY). */
export interface Listener {
  onNotification(payload: string): void;
  /** Called when the connection is lost. A new one is being opened; notifications until then are missed. */
  onConnectionLost(error: Error): void;
  /** Called when the new connection listens. */
  onReconnected(): void;
}

/**
 * Listens to a channel, and resolves to a function that stops it. The promise resolves when the connection listens, and rejects
 * if the database cannot be reached. Each call executes one LISTEN.
 */
export type Listen = (channel: string, listener: Listener) => Promise<() => Promise<void>>;
