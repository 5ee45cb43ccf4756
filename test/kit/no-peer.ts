import { randomBytes } from 'node:crypto';
import type { FindPeer } from '../../subgraphs/shared/peers/address.js';

/** A peer that is down: nobody listens there. */
export const noPeer: FindPeer = () => ({ url: 'http://127.0.0.1:9/graphql', key: { id: 'none', secret: randomBytes(32) } });
