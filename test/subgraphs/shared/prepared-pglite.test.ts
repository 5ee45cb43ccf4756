import fc from 'fast-check';
import { PreparedPGlite } from '../../../subgraphs/shared/database/prepared-pglite.js';

const TIMES = 5; // More executions than it takes until a statement is prepared.

let database: PreparedPGlite;
beforeAll(async () => {
  database = await PreparedPGlite.open({});
  await database.exec('CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL CHECK (length(name) < 10))');
});
afterAll(() => database.close());
beforeEach(() => database.exec('DELETE FROM things'));

const add = (id: number, name: string | null) => database.query('INSERT INTO things VALUES ($1, $2)', [id, name]);
const all = async () => (await database.query<{ id: number; name: string }>('SELECT id, name FROM things ORDER BY id')).rows;

it('a statement returns the same result before and after it is prepared', async () => {
  const text = `SELECT $1::int AS i, $2::text AS t, $3::float8 AS f, $4::bool AS b, $5::jsonb AS j,
    $6::timestamptz AS d, $7::bytea AS y, $8::int[] AS a, $9::int8 AS l`;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        i: fc.option(fc.integer()),
        t: fc.option(fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''))),
        f: fc.double({ noNaN: true }).map((value) => value || 0), // Written as text, -0 is 0.
        b: fc.boolean(),
        j: fc.jsonValue().map((value) => JSON.parse(JSON.stringify({ value })) as object),
        d: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
        y: fc.uint8Array(),
        a: fc.array(fc.integer()),
        l: fc.maxSafeInteger(),
      }),
      async (row) => {
        const values = Object.values(row);
        // A statement that is executed once is not prepared.
        const once = await database.query(`${text} /* ${Math.random()} */`, values);
        for (let time = 0; time < TIMES; time++) expect(await database.query(text, values)).toEqual(once);
        expect(once.rows).toEqual([row]);
      },
    ),
    { numRuns: 30 },
  );
});

it('rows are arrays and use the given parsers if the options say so', async () => {
  const options = { rowMode: 'array' as const, parsers: { 23: (text: string) => `int ${text}` } };
  for (let time = 0; time < TIMES; time++)
    expect((await database.query('SELECT $1::int, $2::text', [1, 'x'], options)).rows).toEqual([['int 1', 'x']]);
});

it('a change returns the number of affected rows', async () => {
  for (let id = 0; id < TIMES; id++) expect((await add(id, 'one')).affectedRows).toBe(1);
  for (let time = 0; time < TIMES; time++)
    expect((await database.query('UPDATE things SET name = $1 WHERE id > $2', ['two', 1])).affectedRows).toBe(TIMES - 2);
});

it('an error is a database error, and the next statement works', async () => {
  for (let id = 0; id < TIMES; id++) await add(id, 'one');
  for (let time = 0; time < TIMES; time++) {
    await expect(add(0, 'again')).rejects.toMatchObject({ code: '23505', constraint: 'things_pkey' });
    await expect(add(100, null)).rejects.toMatchObject({ code: '23502', column: 'name' });
    await expect(add(100, 'much too long')).rejects.toMatchObject({ code: '23514' });
    await expect(database.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
    expect((await add(200 + time, 'fine')).affectedRows).toBe(1);
  }
  expect(await all()).toHaveLength(2 * TIMES);
});

it('the changes of a transaction are visible after a commit, and not after a rollback', async () => {
  for (let time = 0; time < TIMES; time++) {
    await database.transaction((transaction) => transaction.query('INSERT INTO things VALUES ($1, $2)', [time, 'kept']));
    await expect(
      database.transaction(async (transaction) => {
        await transaction.query('INSERT INTO things VALUES ($1, $2)', [100 + time, 'lost']);
        await transaction.query('INSERT INTO things VALUES ($1, $2)', [time, 'taken']);
      }),
    ).rejects.toMatchObject({ code: '23505' });
    await database.transaction(async (transaction) => {
      await transaction.query('INSERT INTO things VALUES ($1, $2)', [200 + time, 'undone']);
      await transaction.rollback();
    });
  }
  expect((await all()).map(({ name }) => name)).toEqual(Array(TIMES).fill('kept'));
});

it('a statement that is sent during a transaction waits until it has ended', async () => {
  for (let time = 0; time < TIMES; time++) {
    const seen: string[] = [];
    let outside: Promise<unknown> | undefined;
    await database.transaction(async (open) => {
      await open.query('INSERT INTO things VALUES ($1, $2)', [time, 'inside']);
      outside = all().then((rows) => seen.push(`${rows.length} seen`));
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push('committed');
    });
    await outside;
    expect(seen).toEqual(['committed', `${time + 1} seen`]);
  }
});

it('concurrent statements each get their own result', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => database.query('SELECT $1::int AS value', [index])));
  expect(answers.map(({ rows }) => rows)).toEqual(answers.map((_, value) => [{ value }]));
});

it('a prepared statement sees a column that is added to its table later', async () => {
  const names = () => database.query('SELECT * FROM later').then(({ fields }) => fields.map(({ name }) => name));
  await database.exec('CREATE TABLE later (a int)');
  for (let time = 0; time < TIMES; time++) expect(await names()).toEqual(['a']);
  await database.exec('ALTER TABLE later ADD COLUMN b int');
  expect(await names()).toEqual(['a', 'b']);
});

it('notifications arrive while statements are prepared', async () => {
  const heard: string[] = [];
  const stop = await database.listen('bell', (payload) => heard.push(payload));
  for (let time = 0; time < TIMES; time++) await database.query('SELECT pg_notify($1, $2)', ['bell', String(time)]);
  expect(heard).toEqual(['0', '1', '2', '3', '4']);
  await stop();
});
