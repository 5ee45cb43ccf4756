import { OperationTypeNode, type FormattedExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { ValidatedOperations, type ValidatedOperation } from '../../subgraphs/shared/server/validated-operations.js';
import type { GatewayContext } from '../context.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import { admit } from '../guards/guards.js';
import { clientResult, errorReporter, thrown } from './client-events.js';
import type { Parameters } from './parameters.js';

/** Operations that Apollo Server has found valid go to the executor at once. Guards and the telling of errors are the same. */
export class KnownOperations {
  readonly #documents = new ValidatedOperations();
  readonly #gateway: FederationGateway<GatewayContext>;
  readonly #logger: Logger;

  constructor(gateway: FederationGateway<GatewayContext>, logger: Logger) {
    this.#gateway = gateway;
    this.#logger = logger;
  }

  get plugin() {
    return this.#documents.plugin;
  }

  /** Answers an operation that is known under the schema that is served now; undefined for others. A GET runs queries alone. */
  answer(
    { query, operationName, variables = {} }: Parameters,
    context: GatewayContext,
    isGet: boolean,
  ): Promise<FormattedExecutionResult> | undefined {
    const known = query === undefined ? undefined : this.#documents.find(query, operationName);
    if (known?.schema !== this.#gateway.currentGeneration.schema) return undefined;
    if (isGet && known.operation.operation !== OperationTypeNode.QUERY) return undefined;
    return this.#run(known, variables, context);
  }

  async #run(known: ValidatedOperation, variables: Record<string, unknown>, context: GatewayContext): Promise<FormattedExecutionResult> {
    const tell = errorReporter(this.#logger, context.requestId);
    try {
      admit({ document: known.document, operation: known.operation, request: { variables }, contextValue: context });
      const generation = this.#gateway.currentGeneration;
      const result = await generation.operation(known).execute(this.#gateway.operationRequest(context, generation, variables));
      return clientResult(result, tell);
    } catch (error) {
      return { errors: [tell(thrown(error))] };
    }
  }
}
