import type { OperationTypeNode } from 'graphql';
import type { Viewer } from './viewer.js';

const NEEDED: Readonly<Record<OperationTypeNode, string>> = { query: 'READ', subscription: 'READ', mutation: 'WRITE' };

/** True where the viewer's credential covers this kind of operation; one without scopes covers all. */
export const scopesAllow = (viewer: Viewer | null, operation: OperationTypeNode): boolean =>
  viewer === null || viewer.scopes.length === 0 || viewer.scopes.includes(NEEDED[operation]);
