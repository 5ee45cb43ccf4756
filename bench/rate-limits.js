// npm run bench:rate-limits: the time that counting the rates adds to a request of the gateway, in memory, beside that of
// RateLimiterMemory of rate-limiter-flexible. Prints microseconds: the medians of rounds.
import { performance } from 'node:perf_hooks';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { DEFAULT_LIMITS } from '../dist/gateway/guards/limits.js';
import { parseNetwork } from '../dist/gateway/identity/client-address.js';
import { ClientConnections } from '../dist/gateway/identity/client-connections.js';
import { ClientRates } from '../dist/gateway/rate-limits/client-rates.js';
import { createRateLimits } from '../dist/gateway/rate-limits/create-rate-limits.js';
import { MemoryCounter } from '../dist/gateway/rate-limits/memory-counter.js';

const REQUESTS = 200_000;
const ROUNDS = 9;
const PRINCIPALS = Array.from({ length: 1000 }, (_, index) => `0192f3a4-0000-7000-8000-${String(index).padStart(12, '0')}`);

const unlimited = 2 ** 31 - 1;
const { viewers } = createRateLimits({ ...DEFAULT_LIMITS, requestsPerMinute: unlimited, costPerMinute: unlimited }, null);
const off = createRateLimits({ ...DEFAULT_LIMITS, requestsPerMinute: Infinity, costPerMinute: Infinity }, null).viewers;

/** A reply that keeps its headers as Fastify does. */
class Reply {
  headers = {};
  header(name, value) {
    this.headers[name.toLowerCase()] = value;
    return this;
  }
}

const logger = { warn: () => undefined };
const socket = { remoteAddress: '10.1.2.3', once: () => undefined };
const direct = { raw: { socket }, headers: {} };
const proxied = { raw: { socket }, headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' } };
const withoutProxies = new ClientConnections([], logger);
const withProxies = new ClientConnections([parseNetwork('10.0.0.0/8'), parseNetwork('192.168.0.0/16')], logger);

function count(limits, principal) {
  const reply = new Reply();
  const rates = new ClientRates(principal, limits, (name, value) => void reply.header(name, value));
  const request = rates.admitRequest();
  if (request) return request;
  return rates.admitCost(7);
}

const requests = new RateLimiterMemory({ points: unlimited, duration: 60, keyPrefix: 'requests' });
const cost = new RateLimiterMemory({ points: unlimited, duration: 60, keyPrefix: 'cost' });

const counters = [new MemoryCounter(unlimited), new MemoryCounter(unlimited)];

const measurements = {
  'requests and cost, without headers': (principal) => {
    counters[0].consume(principal, 1);
    return counters[1].consume(principal, 7);
  },
  'requests and cost, with headers': (principal) => count(viewers, principal),
  'both limits off': (principal) => count(off, principal),
  'address of a direct client': () => withoutProxies.clientOf(direct),
  'address of a client of a trusted proxy': () => withProxies.clientOf(proxied),
  'RateLimiterMemory: requests and cost, without headers': async (principal) => {
    await requests.consume(principal);
    await cost.consume(principal, 7);
  },
};

for (const [name, run] of Object.entries(measurements)) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    for (let index = 0; index < REQUESTS; index++) {
      const result = run(PRINCIPALS[index % PRINCIPALS.length]);
      if (result instanceof Promise) await result;
    }
    times.push(((performance.now() - began) * 1000) / REQUESTS);
  }
  console.log(`${name.padEnd(55)} ${times.sort((a, b) => a - b)[ROUNDS >> 1].toFixed(2)} µs`);
}
process.exit(0); // RateLimiterMemory leaves a timer for each key.
