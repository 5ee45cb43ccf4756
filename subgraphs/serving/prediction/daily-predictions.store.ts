import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { Table } from '../../shared/tenancy/table.js';
import type { DailyPredictions } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Days } from './prediction.rules.js';

type DaysOfUser = Days & { userId: string };
type DayOfUser = DailyPredictions & { userId: string };

const window = ({ days, timeZone }: DaysOfUser): string => `${days} ${timeZone}`;

/** Counts predictions by day. However many users are asked about, the same days cost one statement. */
export class DailyPredictionsStore {
  readonly #loader: DataLoader<DaysOfUser, DayOfUser[], string>;

  constructor(scope: Scope<PrismaClient>, table: Table) {
    const read = (users: DaysOfUser[]) =>
      scope.query<DayOfUser>(table, (rows) =>
        statement(
          rows,
          users[0]!,
          users.map((user) => user.userId),
        ),
      );
    this.#loader = new DataLoader(
      async (asked) => {
        const windows = [...groupBy(asked, window).values()];
        const found = await Promise.all(
          windows.map(async (users) => [window(users[0]!), groupBy(await read(users), (day) => day.userId)] as const),
        );
        const byWindow = new Map(found);
        return asked.map((user) => byWindow.get(window(user))!.get(user.userId)!);
      },
      { cacheKeyFn: (user) => `${user.userId} ${window(user)}` },
    );
  }

  ofUser(userId: string, days: Days): Promise<DayOfUser[]> {
    return this.#loader.load({ ...days, userId: userId.toLowerCase() });
  }
}

/** Every day's bounds are moments, so that an index finds its rows, also where a day has 23 or 25 hours. */
function statement(rows: Sql, { days, timeZone }: DaysOfUser, userIds: string[]): Sql {
  return sql`
    SELECT asked.id AS "userId", to_char(day.date, 'YYYY-MM-DD') AS date, count(row.id)::int AS count,
           (count(row.id) FILTER (WHERE row.status = 'FAILED'))::int AS "failedCount", avg(row.latency_ms)::float8 AS "averageLatencyMs"
    FROM unnest(${userIds}::uuid[]) AS asked(id)
    CROSS JOIN (SELECT (now() AT TIME ZONE ${timeZone}::text)::date - ago AS date FROM generate_series(0, ${days}::int - 1) AS ago) AS day
    LEFT JOIN ${rows} AS row ON row.user_id = asked.id
      AND row.created_at >= day.date::timestamp AT TIME ZONE ${timeZone}::text
      AND row.created_at < (day.date + 1)::timestamp AT TIME ZONE ${timeZone}::text
    GROUP BY asked.id, day.date
    ORDER BY day.date DESC`;
}
