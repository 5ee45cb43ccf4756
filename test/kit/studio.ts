import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Report, type ITrace, type Trace } from '@apollo/usage-reporting-protobuf';

/** The reports of one operation. */
export interface ReportedOperation {
  /** The number of requests. */
  count: number;
  /** The requests that were reported with their traces. */
  traces: ITrace[];
  /** The executions of each field, as `Type.field`. */
  fields: Record<string, number>;
  /** The number of requests of each client, as `name@version`. */
  clients: Record<string, number>;
  failed: number;
}

/** A server that receives the usage reports of Apollo Studio and decodes them. */
export interface Studio {
  url: string;
  reports: Report[];
  /** The API keys that reports were sent with. */
  keys: unknown[];
  /** Sets what reports are answered with; null for nothing. */
  respond(status: number | null): void;
  /** Waits until the reports have a number of operations, and returns all of them by the key of the report. */
  operations(count: number): Promise<Record<string, ReportedOperation>>;
  close(): Promise<void>;
}

export async function startStudio(): Promise<Studio> {
  const reports: Report[] = [];
  const keys: unknown[] = [];
  let status: number | null = 202;
  let notify = (): void => undefined;
  const server = createServer(async (request, response) => {
    keys.push(request.headers['x-api-key']);
    const body = await buffer(request);
    if (request.url === '/api/ingress/traces' && status === 202) reports.push(Report.decode(gunzipSync(body)));
    notify();
    if (status !== null) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reports,
    keys,
    respond: (answer) => void (status = answer),
    async operations(count) {
      while (total(reports) < count) await new Promise<void>((resolve) => (notify = resolve));
      return summarize(reports);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const total = (reports: readonly Report[]): number => Object.values(summarize(reports)).reduce((sum, { count }) => sum + count, 0);

/** Adds up the requests that were reported as traces and those that were reported as statistics. */
function summarize(reports: readonly Report[]): Record<string, ReportedOperation> {
  const operations: Record<string, ReportedOperation> = {};
  for (const [key, { trace, statsWithContext }] of reports.flatMap(({ tracesPerQuery }) => Object.entries(tracesPerQuery))) {
    const operation = (operations[key] ??= { count: 0, traces: [], fields: {}, clients: {}, failed: 0 });
    const addClient = (name: unknown, version: unknown, count: number): void => add(operation.clients, `${name}@${version}`, count);
    for (const item of (trace ?? []) as Trace[]) {
      operation.count++;
      operation.traces.push(item);
      addClient(item.clientName, item.clientVersion, 1);
      const nodes = nodesOf(item);
      for (const { parentType, originalFieldName, responseName } of nodes)
        if (parentType) add(operation.fields, `${parentType}.${originalFieldName || responseName}`, 1);
      if (nodes.some(({ error }) => error?.length)) operation.failed++;
    }
    for (const { context, queryLatencyStats, perTypeStat } of (statsWithContext ?? []) as Stats[]) {
      const { requestCount, requestsWithErrorsCount } = queryLatencyStats;
      operation.count += requestCount;
      operation.failed += requestsWithErrorsCount;
      addClient(context.clientName, context.clientVersion, requestCount);
      for (const [type, { perFieldStat }] of Object.entries(perTypeStat))
        for (const [field, { observedExecutionCount }] of Object.entries(perFieldStat))
          add(operation.fields, `${type}.${field}`, observedExecutionCount);
    }
  }
  return operations;
}

const add = (counts: Record<string, number>, key: string, count: number): void => void (counts[key] = (counts[key] ?? 0) + count);

interface Stats {
  context: { clientName: string; clientVersion: string };
  queryLatencyStats: { requestCount: number; requestsWithErrorsCount: number };
  perTypeStat: Record<string, { perFieldStat: Record<string, { observedExecutionCount: number }> }>;
}

/** Returns all nodes of a trace: those of the gateway and those of the subgraphs. */
export const nodesOf = (trace: ITrace): Trace.INode[] => [
  ...(trace.root ? descendants(trace.root) : []),
  ...fetchesOf(trace).flatMap((fetch) => (fetch.trace?.root ? descendants(fetch.trace.root) : [])),
];

const descendants = (node: Trace.INode): Trace.INode[] => [node, ...(node.child ?? []).flatMap(descendants)];

/** Returns the fetches of the plan in a trace, in the order of the plan. */
export const fetchesOf = ({ queryPlan }: ITrace): Trace.QueryPlanNode.IFetchNode[] => (queryPlan ? planFetches(queryPlan) : []);

function planFetches({ fetch, flatten, sequence, parallel }: Trace.IQueryPlanNode): Trace.QueryPlanNode.IFetchNode[] {
  if (fetch) return [fetch];
  const nodes = [...(flatten?.node ? [flatten.node] : []), ...(sequence?.nodes ?? []), ...(parallel?.nodes ?? [])];
  return nodes.flatMap(planFetches);
}
