import { z } from 'zod';
import { readEnvironment, url, type Environment } from '../configuration/environment.js';
import { defaultUrl, urlVariable, viewerKeysVariable, type SubgraphName } from '../configuration/registry.js';
import { signingKeys } from '../configuration/signing-keys.js';
import type { SigningKey } from '../viewer/signature.js';

/** The address of a peer subgraph. */
export interface PeerAddress {
  /** The URL of its GraphQL endpoint. */
  url: string;
  /** The key that signs requests to the peer, which has the same key. */
  key: SigningKey;
}

/** Returns the address of a peer. Called for each request, since with all servers in one process addresses are known only after the start. */
export type ResolvePeerAddress = () => PeerAddress;

/** Reads the address from `<NAME>_URL` and `<NAME>_VIEWER_KEYS`, the variables that the gateway reads too. Throws ConfigurationError. */
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
