import type { RunningSubgraph } from '../../../kit/subgraph.js';
import type { Viewer } from '../../../../subgraphs/shared/viewer/viewer.js';

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown; extensions: { code: string } }[];
}

/** Sends an operation whose sender waits for the given milliseconds. */
export async function executeWithin(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  timeoutMs: number | undefined,
  query: string,
  { variables, signal }: { variables?: object; signal?: AbortSignal } = {},
): Promise<Answer> {
  const body = JSON.stringify({ query, variables });
  const response = await fetch(subgraph.url, { method: 'POST', headers: subgraph.headers(viewer, body, { timeoutMs }), body, signal });
  return (await response.json()) as Answer;
}
