import { OperationTypeNode, type ExecutionResult } from 'graphql';
import { ValidatedOperations, type ValidatedOperation } from '../../subgraphs/shared/server/validated-operations.js';
import type { GatewayContext } from '../context.js';
import type { ExecutionOptions, FederationGateway } from '../execution/federation-gateway.js';
import type { OperationGuards } from '../guards/operation-guards.js';
import type { UsageReports } from '../studio/usage-reports.js';
import { toGraphQLError } from './error-reporter.js';
import type { Parameters } from './parameters.js';

/** Executes queries and mutations that Apollo Server has validated before, without going through Apollo Server again. */
export class KnownOperations {
  readonly #operations = new ValidatedOperations();
  readonly #gateway: FederationGateway<GatewayContext>;
  readonly #guards: OperationGuards;
  readonly #usageReports: UsageReports | null;

  /** @param usageReports gets each operation; null for no reports. */
  constructor(gateway: FederationGateway<GatewayContext>, guards: OperationGuards, usageReports: UsageReports | null = null) {
    this.#gateway = gateway;
    this.#guards = guards;
    this.#usageReports = usageReports;
  }

  get plugin() {
    return this.#operations.plugin;
  }

  /**
   * Returns the result of an operation that is known and valid under the current schema, with unmasked errors. Returns
   * undefined for any other operation, and for a GET of anything but a query.
   */
  execute(
    { query, operationName, variables = {} }: Parameters,
    context: GatewayContext,
    isGet: boolean,
  ): Promise<ExecutionResult> | undefined {
    const known = query === undefined ? undefined : this.#operations.find(query, operationName);
    if (known?.schema !== this.#gateway.currentGeneration.schema) return undefined;
    if (isGet && known.operation.operation !== OperationTypeNode.QUERY) return undefined;
    if (!this.#usageReports) return this.#execute(known, variables, context);
    return this.#usageReports.report({ known, variables, context, isGet }, (metrics) => this.#execute(known, variables, context, metrics));
  }

  async #execute(
    known: ValidatedOperation,
    variables: Record<string, unknown>,
    context: GatewayContext,
    metrics?: ExecutionOptions<GatewayContext>['metrics'],
  ): Promise<ExecutionResult> {
    try {
      const admission = this.#guards.check({
        document: known.document,
        operation: known.operation,
        schema: known.schema,
        request: { variables },
        contextValue: context,
      });
      if (admission) await admission;
      const generation = this.#gateway.currentGeneration;
      return await this.#gateway.executeOperation(generation.operation(known), { context, generation, variables, metrics });
    } catch (error) {
      return { errors: [toGraphQLError(error)] };
    }
  }
}
