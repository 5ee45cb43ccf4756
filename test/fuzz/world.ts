import { getOperationAST, OperationTypeNode, print, validate, type FormattedExecutionResult } from 'graphql';
import {
  serveSubgraphs,
  type IncrementalGateway,
  type InProcessGateway,
  type SentRequest,
  type ServedSubgraphs,
} from '../kit/federation.js';
import { dataDifferences, differences } from './compare.js';
import { DATA_ERROR } from './data.js';
import type { DrawnOperation } from './draw-operation.js';
import type { Graph } from './graph.js';
import { monolith, type Answer, type Monolith } from './monolith.js';
import { wastedRequests } from './requests.js';
import { subgraph } from './subgraph-resolvers.js';

/** A gateway to try, and how strictly. */
export interface Candidate {
  start(supergraph: string): Promise<InProcessGateway>;
  /** True if only the data is compared, and not errors, order and requests. */
  isDataAlone: boolean;
}

export interface Checked {
  /** The differences from the expected result, one line each. */
  wrong: string[];
  expected: Answer;
  actual: FormattedExecutionResult;
  requests: SentRequest[];
}

/** A graph twice: as subgraphs behind a gateway, and as one schema. */
export class World {
  private constructor(
    readonly graph: Graph,
    readonly monolith: Monolith,
    readonly candidate: Candidate,
    readonly served: ServedSubgraphs,
    readonly gateway: InProcessGateway & Partial<Pick<IncrementalGateway, 'firstEvent'>>,
    readonly mutations: string[],
  ) {}

  /** The graph must compose. */
  static async open(graph: Graph, candidate: Candidate): Promise<World> {
    const mutations: string[] = [];
    const whole = monolith(graph);
    const served = await serveSubgraphs(Object.fromEntries(graph.subgraphs.map((name) => [name, subgraph(graph, name, whole, mutations)])));
    try {
      return new World(graph, whole, candidate, served, await candidate.start(served.supergraph), mutations);
    } catch (error) {
      await served.close();
      throw error;
    }
  }

  /** Asks the gateway and the monolith the same; undefined where the operation does not fit the graph. */
  async check({ document, variables, chance }: DrawnOperation): Promise<Checked | undefined> {
    const { schema } = this.monolith;
    if (!schema.getRootType(getOperationAST(document)!.operation) || validate(schema, document).length > 0) return undefined;
    const expected = this.monolith.answer(document, variables);
    // Errors of graphql-js itself (a null variable at a place that takes none) are worded by each gateway in its own way.
    if (expected.result.data === undefined || expected.ledger.errors?.some(({ extensions }) => extensions.code !== DATA_ERROR))
      return undefined;

    this.served.requests.length = 0;
    this.mutations.length = 0;
    const isSubscription = getOperationAST(document)!.operation === OperationTypeNode.SUBSCRIPTION;
    if (isSubscription && !this.gateway.firstEvent) return undefined;
    const operation = { query: print(document), variables };
    const actual = await withChance(chance, () => (isSubscription ? this.gateway.firstEvent!(operation) : this.gateway.execute(operation)));
    const requests = [...this.served.requests];
    if (this.candidate.isDataAlone) return { wrong: dataDifferences(actual, expected), expected, actual, requests };

    const wrong = [...differences(actual, expected), ...wastedRequests(requests)];
    if (expected.mutations.join() !== this.mutations.join())
      wrong.push(`mutations ran: ${this.mutations.join()}; expected: ${expected.mutations.join()}`);
    return { wrong, expected, actual, requests };
  }

  /** Asks both the same, whatever else is asked at the same time: only the answer is checked. */
  async differences({ document, variables }: DrawnOperation): Promise<string[]> {
    const expected = this.monolith.answer(document, variables);
    const actual = await this.gateway.execute({ query: print(document), variables });
    return this.candidate.isDataAlone ? dataDifferences(actual, expected) : differences(actual, expected);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.served.close();
  }
}

/** Lets every random draw of the gateway be one number, so that a case that fails does so again. */
async function withChance<Result>(chance: number, run: () => Promise<Result>): Promise<Result> {
  const { random } = Math;
  Math.random = () => chance;
  try {
    return await run();
  } finally {
    Math.random = random;
  }
}
