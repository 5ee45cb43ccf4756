export type AbortListener = (() => void) | { handleEvent(): void };

/** The part of AbortSignal that cancels work. A class that implements it needs no EventTarget. */
export type AbortSignalLike = Pick<AbortSignal, 'aborted' | 'reason'> & {
  addEventListener(type: 'abort', listener: AbortListener): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
};
