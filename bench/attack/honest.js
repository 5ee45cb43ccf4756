// The process of the honest principal: it sends small requests one after another until the message `end`, and sends back their times in
// milliseconds. It is a process of its own, so that the large responses of the attacker do not delay its clock.
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './send.js';

const OPERATIONS = [
  '{ viewer { id organization { name } } }',
  '{ documents(first: 20) { nodes { id title } totalCount } }',
  '{ models(first: 20) { nodes { id name } } }',
  '{ predictions(first: 20) { nodes { id status createdAt } } }',
];
/** The pause between two requests, in milliseconds. */
const PAUSE_MS = 10;

const { url, key } = JSON.parse(process.argv[2]);
let isEnding = false;

process.on('message', async (message) => {
  if (message === 'end') {
    isEnding = true;
    return;
  }
  isEnding = false;
  const times = [];
  while (!isEnding) {
    const { body, ms } = await send(url, key, OPERATIONS[times.length % OPERATIONS.length]);
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    times.push(ms);
    await sleep(PAUSE_MS);
  }
  process.send(times);
});
