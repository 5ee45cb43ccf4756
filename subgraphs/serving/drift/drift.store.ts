import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { column, tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { DriftMethod } from '../generated/graphql.js';
import { compare, driftWindow, type FeatureComparison } from './drift.rules.js';
import type { Trained, TrainingData, TrainingDataPeer } from './training-data.peer.js';

export interface DriftArguments {
  from?: Date | null;
  to?: Date | null;
  method: DriftMethod;
}

/** What was compared with what, and how far it has moved. */
export interface DriftReportRow {
  datasetId: string;
  method: DriftMethod;
  from: Date;
  to: Date;
  sampleSize: number;
  features: FeatureComparison[];
}

/** Whose predictions, and of what time. */
interface Asked {
  field: 'deploymentId' | 'modelVersionId';
  id: string;
  from: Date;
  to: Date;
}

type Input = Record<string, unknown>;

const MAX_SAMPLES = 5000;
const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);

/** Compares what predictions are asked with what their model was trained on. */
export class DriftStore {
  readonly #trained: TrainingDataPeer;
  readonly #samples: DataLoader<Asked, Input[], string>;
  /** The same for all fields of a request, so that they are read together. */
  readonly #now = new Date();

  constructor(scope: Scope<PrismaClient>, trained: TrainingDataPeer) {
    this.#trained = trained;
    const window = ({ field, from, to }: Asked) => JSON.stringify([field, from, to]);
    this.#samples = new DataLoader(
      async (asked) => {
        const read = async (group: Asked[]) => {
          const ids = group.map(({ id }) => id);
          const rows = await scope.query<{ id: string; input: Input }>(table, (from) => sampleStatement(from, group[0]!, ids));
          return [window(group[0]!), groupBy(rows, (row) => row.id)] as const;
        };
        const found = new Map(await Promise.all([...groupBy(asked, window).values()].map(read)));
        return asked.map((one) => (found.get(window(one))!.get(one.id) ?? []).map(({ input }) => input));
      },
      { cacheKeyFn: (one) => `${one.id} ${window(one)}` },
    );
  }

  /** Null where nothing is known of the training data. */
  async of(
    field: Asked['field'],
    id: string,
    version: Trained & { inputSchema: unknown },
    args: DriftArguments,
  ): Promise<DriftReportRow | null> {
    const { from, to } = driftWindow(args, this.#now);
    const [data, inputs] = await Promise.all([this.#trained.of(version), this.#samples.load({ field, id, from, to })]);
    if (!data) return null;
    const columns = new Map(data.columns.map((one) => [one.name, one]));
    const features = featuresOf(data, version.inputSchema, inputs).map((name) => {
      const values = inputs.map((input) => (Object.hasOwn(input, name) ? input[name] : null));
      return compare(name, columns.get(name), data.rowCount, values, args.method);
    });
    return { datasetId: data.datasetId, method: args.method, from, to, sampleSize: inputs.length, features };
  }
}

/** The run's features; without a run, the columns that the schema of inputs or an input itself has. */
function featuresOf({ features, columns }: TrainingData, inputSchema: unknown, inputs: readonly Input[]): string[] {
  if (features) return features;
  const { properties = {} } = inputSchema as { properties?: object };
  const known = new Set([...Object.keys(properties), ...inputs.flatMap((input) => Object.keys(input))]);
  return columns.map(({ name }) => name).filter((name) => known.has(name));
}

/** The newest inputs of each of many deployments or versions. */
const sampleStatement = (rows: Sql, { field, from, to }: Asked, ids: readonly string[]): Sql => sql`
  SELECT asked.id, sample.input
  FROM unnest(${[...ids]}::uuid[]) AS asked(id)
  CROSS JOIN LATERAL (
    SELECT row.input FROM ${rows} AS row
    WHERE ${column(field)} = asked.id AND row.status = 'SUCCEEDED'
      AND row.created_at >= ${from.toISOString()}::timestamptz AND row.created_at < ${to.toISOString()}::timestamptz
    ORDER BY row.created_at DESC, row.id DESC LIMIT ${MAX_SAMPLES}::int
  ) AS sample`;
