import DataLoader from 'dataloader';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { UsageGroup } from '../generated/graphql.js';
import { usageWindow, type UsageArguments } from './usage.rules.js';
import { usageStatement, type SeriesQuery, type UsageRow } from './usage.statement.js';

export type UsageBucketRow = Omit<UsageRow, 'id' | 'groupId' | 'bucket'>;

/** The predictions of one group, or of all groups together, counted over time. */
export interface UsageSeriesRow {
  group: SeriesQuery['group'];
  groupId: string | null;
  total: UsageBucketRow;
  buckets: UsageBucketRow[];
}

type SeriesKey = SeriesQuery & { id: string };

const GROUPS: Readonly<Record<UsageGroup, NonNullable<SeriesQuery['group']>>> = {
  MODEL_VERSION: 'modelVersionId',
  DEPLOYMENT: 'deploymentId',
  USER: 'userId',
};

const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);

const queryKey = ({ field, group, window }: SeriesQuery): string => JSON.stringify([field, group, window]);

/** Counts predictions over time. All series of a request with the same window are read in one statement. */
export class UsageStore {
  readonly #loader: DataLoader<SeriesKey, UsageSeriesRow[], string>;
  /** The default end of a window. It is the same for all fields of a request, so that they share one statement. */
  readonly #now = new Date();

  constructor(scope: Scope<PrismaClient>) {
    const read = async (keys: SeriesKey[]) => {
      const ids = keys.map(({ id }) => id);
      const rows = await scope.query<UsageRow>(table, (from) => usageStatement(from, keys[0]!, ids));
      return new Map([...groupBy(rows, (row) => row.id)].map(([id, rowsOfId]) => [id, toSeries(rowsOfId, keys[0]!.group)]));
    };
    this.#loader = new DataLoader(
      async (keys) => {
        const groups = [...groupBy(keys, queryKey).values()];
        const byQuery = new Map(await Promise.all(groups.map(async (group) => [queryKey(group[0]!), await read(group)] as const)));
        return keys.map((key) => byQuery.get(queryKey(key))!.get(key.id) ?? []);
      },
      { cacheKeyFn: (key) => `${key.id} ${queryKey(key)}` },
    );
  }

  /** Counts the predictions whose `field` is `id`: in one series, or with `groupBy` in one per group, the largest first. */
  async seriesOf(
    field: SeriesQuery['field'],
    id: string,
    args: UsageArguments & { groupBy?: UsageGroup | null },
  ): Promise<UsageSeriesRow[]> {
    const group = args.groupBy == null ? null : GROUPS[args.groupBy];
    return this.#loader.load({ field, group, window: usageWindow(args, this.#now), id: id.toLowerCase() });
  }

  /** Counts the predictions whose `field` is `id` in one series. */
  async totalSeriesOf(field: SeriesQuery['field'], id: string, args: UsageArguments): Promise<UsageSeriesRow> {
    const [series] = await this.seriesOf(field, id, args);
    return series!;
  }
}

function toSeries(rows: readonly UsageRow[], group: SeriesQuery['group']): UsageSeriesRow[] {
  const series = [...groupBy(rows, (row) => row.groupId)].map(([groupId, [total, ...buckets]]) => ({
    group,
    groupId,
    total: total!,
    buckets,
  }));
  return series.sort((a, b) => b.total.count - a.total.count);
}
