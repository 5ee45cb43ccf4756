import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { assertScope } from '../../subgraphs/shared/viewer/require-scope.js';
import type { GatewayContext } from '../context.js';
import { OperationLimits } from './operation-limits.js';
import { StorableValues } from './storable-values.js';

/** An operation that passed validation, and the request that wants it executed. */
export interface ValidatedRequest {
  document: DocumentNode;
  /** Undefined if the document has no operation with the requested name; the executor reports that. */
  operation?: OperationDefinitionNode;
  request: { variables?: Record<string, unknown> };
  contextValue: GatewayContext;
}

/** The checks between validation and execution. One instance serves one server, as it remembers the documents that passed. */
export class OperationGuards {
  readonly #limits = new OperationLimits();
  readonly #values = new StorableValues();

  /** Throws FORBIDDEN or BAD_USER_INPUT if the operation must not be executed. */
  check(request: ValidatedRequest): void {
    assertScope(request);
    this.#limits.check(request);
    this.#values.check(request);
  }

  get plugin(): ApolloServerPlugin<GatewayContext> {
    const hooks = { didResolveOperation: async (request: object) => this.check(request as ValidatedRequest) };
    return { requestDidStart: async () => hooks };
  }
}
