// npm run bench:attack: one principal attacks the graph while another one asks. Prints the times of the refusals, the resident memory of
// the six processes before and after, and the 95th percentile of the other principal beside its baseline. Exits with 1 if a figure exceeds
// its limit.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startGraph } from './graph.js';
import { send } from './send.js';

const REQUESTS = 200;
const REFUSALS = 20;
const CLIENTS = 8;
const WARM_UP_MS = 3000;
const BASELINE_MS = 6000;
const MAX_REFUSAL_MS = 50;
const MAX_SLOWDOWN = 2;
const MAX_GROWTH_MB = 64;

const nest = (depth, open, leaf) => `${open.repeat(depth)}${leaf}${'}'.repeat(depth * open.split('{').length - depth)}`;

const REFUSED = [
  ['users of users, eight deep', `{ viewer { ${nest(8, 'organization { users(first: 100) { nodes { ', 'id ')} } }`],
  [
    'chunks of documents of chunks, three deep',
    `{ documentChunks(first: 100) { nodes { ${nest(3, 'document { chunks(first: 100) { nodes { ', 'id ')} } } }`,
  ],
  ['predictions of versions', '{ predictions(first: 100) { nodes { modelVersion { predictions(first: 100) { nodes { id } } } } } }'],
];
const ALLOWED = [
  [
    'users of users',
    '{ viewer { organization { users(first: 100) { nodes { organization { users(first: 47) { nodes { id email } } } } } } } }',
  ],
  ['chunks of documents of chunks', '{ documentChunks(first: 100) { nodes { document { chunks(first: 48) { nodes { id content } } } } } }'],
  ['predictions of versions', '{ predictions(first: 100) { nodes { modelVersion { predictions(first: 48) { nodes { id input } } } } } }'],
];
const graph = await startGraph();
const [attacker, key] = graph.keys;
const honest = fork(fileURLToPath(new URL('honest.js', import.meta.url)), [JSON.stringify({ url: graph.url, key })]);
let isWithinLimits = true;
try {
  await timesWhile(() => sleep(WARM_UP_MS)); // Plans and prepares what the honest principal asks.
  for (const [, query] of [...REFUSED, ...ALLOWED]) await send(graph.url, attacker, query);
  const baseline = p95(await timesWhile(() => sleep(BASELINE_MS)));
  console.log(`     baseline of the honest principal: p95 ${baseline.toFixed(1)} ms`);
  await measureRefusals();
  await attack('refused', REFUSED, baseline);
  await attack('allowed', ALLOWED, baseline);
} finally {
  honest.kill();
  await graph.close();
}
process.exit(isWithinLimits ? 0 : 1);

/** Measures refusals one after another, each of a document that the gateway has not seen. */
async function measureRefusals() {
  for (const [name, query] of REFUSED) {
    const times = [];
    for (let number = 0; number < REFUSALS; number++) times.push((await send(graph.url, attacker, `${query} # alone ${number}`)).ms);
    report(`time of a refusal, median: ${name}`, median(times), MAX_REFUSAL_MS, 'ms');
  }
}

/** Sends REQUESTS operations of the attacker on CLIENTS connections while the honest principal asks. */
async function attack(kind, operations, baseline) {
  const before = graph.memory();
  const sent = operations.map(() => []);
  let [index, limited] = [0, 0];
  const client = async () => {
    while (index < REQUESTS) {
      const number = index++;
      const [name, query] = operations[number % operations.length];
      // A comment makes it a document that the gateway has not seen.
      const { body, cost, ms } = await send(graph.url, attacker, kind === 'refused' ? `${query} # ${number}` : query);
      const code = body.errors?.[0].extensions.code;
      if (code === 'RATE_LIMITED') limited++;
      else if (Boolean(code) !== (kind === 'refused')) throw new Error(`${name}: ${JSON.stringify(body.errors)}`);
      sent[number % operations.length].push({ ms, cost });
    }
  };
  const beside = p95(await timesWhile(() => Promise.all(Array.from({ length: CLIENTS }, client))));
  const after = graph.memory();

  for (const [position, [name]] of operations.entries()) {
    const times = sent[position].map(({ ms }) => ms);
    const figures = `cost ${sent[position][0].cost}, median ${median(times).toFixed(1)} ms, p95 ${p95(times).toFixed(1)} ms`;
    console.log(`     ${kind}, ${name}: ${figures}`);
  }
  if (limited > 0) console.log(`     ${kind}: ${limited} of ${REQUESTS} were refused with RATE_LIMITED`);
  report(`p95 of the honest principal beside operations that are ${kind}, of its baseline`, beside / baseline, MAX_SLOWDOWN, 'times');
  for (const [name, megabytes] of Object.entries(after)) {
    const growth = megabytes - before[name];
    report(
      `memory of ${name} after ${REQUESTS} operations that are ${kind}: ${before[name]} to ${megabytes} MB`,
      growth,
      MAX_GROWTH_MB,
      'MB',
    );
  }
}

/** Returns the times of the honest principal's requests while the work is in progress, in milliseconds. */
async function timesWhile(work) {
  honest.send('begin');
  await work();
  honest.send('end');
  const [times] = await Promise.race([once(honest, 'message'), once(honest, 'exit')]);
  if (!Array.isArray(times)) throw new Error('The process of the honest principal ended.');
  return times;
}

function report(name, value, limit, unit) {
  isWithinLimits &&= value <= limit;
  console.log(`${value <= limit ? 'ok  ' : 'OVER'} ${name}: ${value.toFixed(1)} ${unit} (limit ${limit} ${unit})`);
}

function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}

function p95(values) {
  return quantile(values, 0.95);
}

function median(values) {
  return quantile(values, 0.5);
}
