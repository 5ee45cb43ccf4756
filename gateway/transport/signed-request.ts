import { sign, type SignedRequest, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import type { SubgraphRequest } from './subgraph-call.js';

/** A subgraph that accepts signed requests only. */
export interface SigningSubgraph {
  /** The audience of the signature. */
  name: string;
  key: SigningKey;
}

/** Returns a request with a JSON body that is signed for a viewer. Each attempt gets a new signature, because a subgraph accepts each one once. */
export const signedRequest = (
  { name, key }: SigningSubgraph,
  signed: SignedRequest,
  content: object,
  options: Pick<SubgraphRequest, 'isRepeatable' | 'path' | 'signal'>,
): SubgraphRequest => {
  const body = JSON.stringify(content);
  return { ...options, body, headers: (timeoutMs) => sign(name, key, signed, body, { timeoutMs }) };
};
