import { setTimeout as sleep } from 'node:timers/promises';
import { withCredentialCheck } from '../../../gateway/subscriptions/with-credential-check.js';
import { eventually } from '../../kit/eventually.js';
import { ControlledEvents } from './controlled-events.js';

const OVER = { done: true, value: undefined };
const HOUR = 3_600_000;
const never = new AbortController().signal;

/** A check that throws once it is told to. */
function aCheck() {
  const state = { isRefused: false, times: 0 };
  const check = async () => {
    state.times++;
    if (state.isRefused) throw new Error('no more');
  };
  return { state, check };
}

describe('events with a credential check', () => {
  it('are those of the source, and end with it', async () => {
    const feed = new ControlledEvents();
    const { check, state } = aCheck();
    const events = withCredentialCheck(feed, check, never, 5);
    feed.send(1, 'a');
    expect(await events.next()).toEqual({ done: false, value: { id: 'a', result: { data: { count: 1 } } } });
    const pending = events.next();
    await eventually(() => expect(state.times).toBeGreaterThan(3));
    feed.end();
    expect(await pending).toEqual(OVER);
    const { times } = state;
    await sleep(30);
    expect(state.times).toBe(times);
  });

  it('fail when the check fails, also without an event, and the source is closed', async () => {
    const feed = new ControlledEvents();
    const { check, state } = aCheck();
    const events = withCredentialCheck(feed, check, never, 5);
    const pending = events.next();
    state.isRefused = true;
    await expect(pending).rejects.toThrow('no more');
    await feed.closed;
    expect(await events.next()).toEqual(OVER);
  });

  it('are not yielded after the check fails', async () => {
    const feed = new ControlledEvents();
    const { check, state } = aCheck();
    const events = withCredentialCheck(feed, check, never, HOUR);
    const pending = events.next();
    state.isRefused = true;
    feed.send(1);
    await expect(pending).rejects.toThrow('no more');
    await feed.closed;
  });

  it('end without an error when the signal is aborted', async () => {
    const feed = new ControlledEvents();
    const leaving = new AbortController();
    const pending = withCredentialCheck(feed, aCheck().check, leaving.signal, HOUR).next();
    leaving.abort();
    expect(await pending).toEqual(OVER);
    await feed.closed;
  });

  it('fail if the source fails', async () => {
    const feed = new ControlledEvents();
    feed.fail(new Error('gone'));
    await expect(withCredentialCheck(feed, aCheck().check, never).next()).rejects.toThrow('gone');
  });
});
