/** A resource that is in use until it is closed, such as a server. */
export interface Closeable {
  close(): Promise<void>;
}
