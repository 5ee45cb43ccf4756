import { randomBytes } from 'node:crypto';
import type { ResolvePeerAddress } from '../../subgraphs/shared/peers/peer-address.js';

/** The address of a peer that is down. */
export const unavailablePeer: ResolvePeerAddress = () => ({
  url: 'http://127.0.0.1:9/graphql',
  key: { id: 'none', secret: randomBytes(32) },
});
