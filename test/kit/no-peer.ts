import { randomBytes } from 'node:crypto';
import type { ResolvePeerAddress } from '../../subgraphs/shared/peers/peer-address.js';

/** A peer that is down: nobody listens there. */
export const noPeer: ResolvePeerAddress = () => ({ url: 'http://127.0.0.1:9/graphql', key: { id: 'none', secret: randomBytes(32) } });
