import { sign, type SignedRequest } from '../../subgraphs/shared/viewer/signature.js';
import type { SubgraphAddress } from '../config.js';
import type { SubgraphRequest } from './call.js';

/** A request that its subgraph believes: it says for whom it is made, and each try is signed anew. */
export const signedRequest = (
  { name, key }: SubgraphAddress,
  signed: SignedRequest,
  content: object,
  options: Pick<SubgraphRequest, 'isRepeatable' | 'path' | 'signal'>,
): SubgraphRequest => {
  const body = JSON.stringify(content);
  return { ...options, body, headers: () => sign(name, key, signed, body) };
};
