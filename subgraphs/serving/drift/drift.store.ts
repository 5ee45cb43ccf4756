import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { column, tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { DriftMethod } from '../generated/graphql.js';
import { compareFeature, driftWindow, type FeatureComparison } from './drift.rules.js';
import type { TrainingOrigin, TrainingData, TrainingDataPeer } from './training-data.peer.js';

export interface DriftArguments {
  from?: Date | null;
  to?: Date | null;
  method: DriftMethod;
}

/** The drift of all features of a model version or deployment. */
export interface DriftReportRow {
  datasetId: string;
  method: DriftMethod;
  from: Date;
  to: Date;
  sampleSize: number;
  features: FeatureComparison[];
}

/** Selects a sample: the predictions of one deployment or model version in a window. */
interface SampleKey {
  field: 'deploymentId' | 'modelVersionId';
  id: string;
  from: Date;
  to: Date;
}

type Input = Record<string, unknown>;

const MAX_SAMPLES = 5000;
const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);

/** Compares the inputs of predictions with the training data of their model. */
export class DriftStore {
  readonly #trainingData: TrainingDataPeer;
  readonly #samples: DataLoader<SampleKey, Input[], string>;
  /** The default end of a window. It is the same for all fields of a request, so that they share one statement. */
  readonly #now = new Date();

  constructor(scope: Scope<PrismaClient>, trainingData: TrainingDataPeer) {
    this.#trainingData = trainingData;
    const windowKey = ({ field, from, to }: SampleKey) => JSON.stringify([field, from, to]);
    this.#samples = new DataLoader(
      async (keys) => {
        const read = async (sameWindow: SampleKey[]) => {
          const ids = sameWindow.map(({ id }) => id);
          const rows = await scope.query<{ id: string; input: Input }>(table, (from) => sampleStatement(from, sameWindow[0]!, ids));
          return [windowKey(sameWindow[0]!), groupBy(rows, (row) => row.id)] as const;
        };
        const samples = new Map(await Promise.all([...groupBy(keys, windowKey).values()].map(read)));
        return keys.map((key) => (samples.get(windowKey(key))!.get(key.id) ?? []).map(({ input }) => input));
      },
      { cacheKeyFn: (key) => `${key.id} ${windowKey(key)}` },
    );
  }

  /** Returns the drift report, or null if the training data of the version is unknown. */
  async report(
    field: SampleKey['field'],
    id: string,
    version: TrainingOrigin & { inputSchema: unknown },
    args: DriftArguments,
  ): Promise<DriftReportRow | null> {
    const { from, to } = driftWindow(args, this.#now);
    const [data, inputs] = await Promise.all([this.#trainingData.find(version), this.#samples.load({ field, id, from, to })]);
    if (!data) return null;
    const columns = new Map(data.columns.map((column) => [column.name, column]));
    const features = featureNames(data, version.inputSchema, inputs).map((name) => {
      const values = inputs.map((input) => (Object.hasOwn(input, name) ? input[name] : null));
      return compareFeature(name, columns.get(name), data.rowCount, values, args.method);
    });
    return { datasetId: data.datasetId, method: args.method, from, to, sampleSize: inputs.length, features };
  }
}

/** Returns the features of the training run. Without a run, returns the dataset columns that occur in the input schema or in an input. */
function featureNames({ features, columns }: TrainingData, inputSchema: unknown, inputs: readonly Input[]): string[] {
  if (features) return features;
  const { properties = {} } = inputSchema as { properties?: object };
  const inputNames = new Set([...Object.keys(properties), ...inputs.flatMap((input) => Object.keys(input))]);
  return columns.map(({ name }) => name).filter((name) => inputNames.has(name));
}

/** Builds the statement that reads the newest inputs of each deployment or version, at most MAX_SAMPLES each. */
const sampleStatement = (rows: Sql, { field, from, to }: SampleKey, ids: readonly string[]): Sql => sql`
  SELECT requested.id, sample.input
  FROM unnest(${[...ids]}::uuid[]) AS requested(id)
  CROSS JOIN LATERAL (
    SELECT row.input FROM ${rows} AS row
    WHERE ${column(field)} = requested.id AND row.status = 'SUCCEEDED'
      AND row.created_at >= ${from.toISOString()}::timestamptz AND row.created_at < ${to.toISOString()}::timestamptz
    ORDER BY row.created_at DESC, row.id DESC LIMIT ${MAX_SAMPLES}::int
  ) AS sample`;
