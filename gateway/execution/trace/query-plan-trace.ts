import { google, Trace } from '@apollo/usage-reporting-protobuf';
import type { Fetch } from '../fetch/fetch.js';
import type { Step } from '../plan/compiled-plan.js';
import type { PathStep } from '../plan/path.js';
import type { SentFetch } from '../fetch/sent-requests.js';
import type { OperationTrace } from './operation-trace.js';

type Node = Trace.IQueryPlanNode;

/**
 * Returns the executed plan with the traces of the subgraphs, as Apollo's usage reports contain it; undefined if nothing was
 * fetched. The messages of errors in the traces are masked, because they may have personal data.
 */
export function queryPlanTrace(trace: OperationTrace): Node | undefined {
  if (!trace.plan) return undefined;
  const { step, deferredSteps } = trace.plan;
  const deferred = deferredSteps.flatMap((deferredStep) => (deferredStep.step ? [stepNode(deferredStep.step, trace)] : []));
  const nodes = [...(step ? [stepNode(step, trace)] : []), ...(deferred.length > 0 ? [parallel(deferred)] : [])];
  return nodes.length === 0 ? undefined : sequence(nodes);
}

function stepNode(step: Step, trace: OperationTrace): Node {
  switch (step.kind) {
    case 'Sequence':
      return sequence(step.steps.map((child) => stepNode(child, trace)));
    case 'Parallel':
      return parallel(step.steps.map((child) => stepNode(child, trace)));
    case 'Mutations':
      return sequence(step.fields.flatMap((field) => (field.step ? [stepNode(field.step, trace)] : [])));
    case 'Tracked':
      return stepNode(step.step, trace);
    case 'Fetch':
    case 'Entities':
      return flatten(step.path, fetchNode(step.fetch, trace));
  }
}

/** Returns the node of a fetch. One that was not sent, because nothing needed it, has neither times nor a trace. */
function fetchNode(fetch: Fetch, trace: OperationTrace): Node {
  const { subgraph: serviceName } = fetch;
  const requests = trace.requestsOf(fetch);
  return requests.length === 0
    ? { fetch: { serviceName } }
    : parallel(requests.map((request) => ({ fetch: { serviceName, ...timesOf(request), ...subgraphTrace(request) } })));
}

const timesOf = ({ sentAt, sentOffsetNs, receivedAt }: SentFetch): Trace.QueryPlanNode.IFetchNode => ({
  sentTimeOffset: sentOffsetNs,
  sentTime: timestamp(sentAt),
  ...(receivedAt !== null && { receivedTime: timestamp(receivedAt) }),
});

function subgraphTrace({ ftv1, responseKey }: SentFetch): Trace.QueryPlanNode.IFetchNode {
  if (ftv1 === undefined) return {};
  try {
    const trace = Trace.decode(Buffer.from(ftv1, 'base64'));
    if (responseKey !== null) keepField(trace, responseKey);
    if (trace.root) maskErrors(trace.root);
    return { trace };
  } catch {
    return { traceParsingFailed: true };
  }
}

/** Keeps the entities of one fetch in the trace of a request that several fetches shared, so that none is counted twice. */
function keepField({ root }: Trace, responseKey: string): void {
  if (!root) return;
  root.child = root.child?.filter((node) => node.responseName === responseKey);
  for (const node of root.child ?? []) node.responseName = '_entities';
}

function maskErrors(root: Trace.INode): void {
  const nodes = [root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    node.error = node.error?.map(({ location, timeNs }) => ({ message: '<masked>', location, timeNs }));
    nodes.push(...(node.child ?? []));
  }
}

const sequence = (nodes: Node[]): Node => (nodes.length === 1 ? nodes[0]! : { sequence: { nodes } });
const parallel = (nodes: Node[]): Node => (nodes.length === 1 ? nodes[0]! : { parallel: { nodes } });
const flatten = (path: readonly PathStep[], node: Node): Node =>
  path.length === 0 ? node : { flatten: { responsePath: path.map(({ key }) => ({ fieldName: key })), node } };

const timestamp = (ms: number): google.protobuf.Timestamp =>
  new google.protobuf.Timestamp({ seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 });
