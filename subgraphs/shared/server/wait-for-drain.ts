import type { ServerResponse } from 'node:http';

/** Resolves when the buffer of a response has room again, and also when the connection is closed or the signal is aborted. */
export function waitForDrain(response: ServerResponse, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || signal?.aborted) return resolve();
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      signal?.removeEventListener('abort', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
    signal?.addEventListener('abort', settle);
  });
}
