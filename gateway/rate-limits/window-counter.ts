/** The points of one key in its current window. */
export interface Usage {
  /** True if the points were counted; false if they would have exceeded the limit. Then nothing was counted. */
  readonly isAllowed: boolean;
  /** The points that are left in the window. */
  readonly remaining: number;
  /** The time when the window ends, in milliseconds since the epoch. */
  readonly resetAt: number;
}

/** Counts points by key in windows of one minute. A window begins with the first points of its key. */
export interface WindowCounter {
  /** Counts points of a key, unless they exceed the limit. Never rejects. With 0 points it returns the usage. */
  consume(key: string, points: number): Usage | Promise<Usage>;
}

/** The length of a window, in seconds. */
export const WINDOW_SECONDS = 60;
