import { z } from 'zod';
import { readEnvironment, url, type Environment } from '../configuration/environment.js';
import { defaultUrl, urlVariable, viewerKeysVariable, type SubgraphName } from '../configuration/registry.js';
import { signingKeys } from '../configuration/signing-keys.js';
import type { SigningKey } from '../viewer/signature.js';

/** How one subgraph reaches another. */
export interface PeerAddress {
  /** Where it answers GraphQL. */
  url: string;
  /** Signs what is sent there; the peer knows it too. */
  key: SigningKey;
}

/** Asked at each request: where all run in one process, addresses are known only once all have started. */
export type ResolvePeerAddress = () => PeerAddress;

/** The address from `<NAME>_URL` and `<NAME>_VIEWER_KEYS`, the gateway's own variables; throws ConfigurationError. */
export function readPeerAddress(name: SubgraphName, environment: Environment): PeerAddress {
  const [urlName, keysName] = [urlVariable(name), viewerKeysVariable(name)] as const;
  const settings = readEnvironment(
    z.object({
      [urlName]: url('http:', 'https:').default(defaultUrl(name)),
      [keysName]: signingKeys,
    }),
    environment,
  );
  return { url: settings[urlName] as string, key: (settings[keysName] as SigningKey[])[0]! };
}
