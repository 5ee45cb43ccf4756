import type { OperationTypeNode } from 'graphql';
import type { Viewer } from './viewer.js';

/** The scope that each kind of operation requires. */
export const REQUIRED_SCOPE: Readonly<Record<OperationTypeNode, string>> = { query: 'READ', subscription: 'READ', mutation: 'WRITE' };

/** True if the viewer's credential may run this kind of operation. A credential without scopes may run every kind. */
export const scopesAllow = (viewer: Viewer | null, operation: OperationTypeNode): boolean =>
  viewer === null || viewer.scopes.length === 0 || viewer.scopes.includes(REQUIRED_SCOPE[operation]);
