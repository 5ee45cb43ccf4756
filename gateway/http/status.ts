import type { FormattedExecutionResult } from 'graphql';
import { errorCodeProperties } from '../../subgraphs/shared/errors/error-codes.js';

/**
 * Returns the HTTP status of a response: 200 for a result with data, partial data included; otherwise the status of the
 * first error's code.
 * @param decided a status that Apollo Server or an error has chosen. Apollo Server sends 500 when nothing chose one, so 500 is ignored.
 * @param isLegacy true for a client that takes any status but 200 for a failure of the transport.
 */
export function statusOf({ data, errors }: FormattedExecutionResult, decided: number | undefined, isLegacy: boolean): number {
  if (data !== undefined || !errors) return decided ?? 200;
  const properties = errorCodeProperties(errors[0]?.extensions?.code);
  if (isLegacy && properties?.concernsOperation) return 200;
  return decided && decided !== 500 ? decided : (properties?.status ?? 500);
}
