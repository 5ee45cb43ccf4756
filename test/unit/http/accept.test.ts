import fc from 'fast-check';
import { preferred } from '../../../gateway/http/accept.js';
import { ResponseTypes } from '../../../gateway/http/response-type.js';
import { GENEROUS_MS } from '../../kit/eventually.js';

const json = { type: 'application/json' };
const graphql = { type: 'application/graphql-response+json' };
const events = { type: 'text/event-stream' };
const subscription = { type: 'multipart/mixed', parameters: { subscriptionspec: '1.0' } };
const offers = [json, graphql, events, subscription];

describe('the best offer for an Accept header', () => {
  it.each([
    ['no header', undefined, json],
    ['an empty header', ' ', json],
    ['anything', '*/*', json],
    ['one by name', 'application/graphql-response+json', graphql],
    ['letters of any case', 'Application/GraphQL-Response+JSON', graphql],
    ['the first of equals', 'application/graphql-response+json, application/json', graphql],
    ['quality before order', 'application/json;q=0.5, application/graphql-response+json;q=0.9', graphql],
    ['a name before a wildcard', '*/*, text/event-stream', events],
    ['a wildcard of a kind', 'text/*', events],
    ['what is left when one is refused', 'application/json;q=0, application/*', graphql],
    ['a required parameter', 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json', subscription],
    ['a parameter in quotes', 'multipart/mixed; subscriptionSpec="1.0"', subscription],
    ['a comma inside quotes', 'multipart/mixed;boundary="a,b;q=0";subscriptionSpec=1.0', subscription],
  ])('is correct for %s', (_, accept, offer) => {
    expect(preferred(accept, offers)).toBe(offer);
  });

  it.each([
    ['others', 'text/html, image/*'],
    ['a multipart that says nothing of subscriptions', 'multipart/mixed;deferSpec=20220824'],
    ['all refused', '*/*;q=0'],
    ['a quality that is no number', 'application/json;q=much'],
    ['something that is no type', ',;,"'],
  ])('is undefined for %s', (_, accept) => {
    expect(preferred(accept, offers)).toBeUndefined();
  });

  it('never matches a type with parameters to a wildcard', () => {
    expect(preferred('*/*', [subscription])).toBeUndefined();
  });

  it('is found in linear time for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a/*;,="\\q0. '), maxLength: 5000 }), (accept) => {
        const start = performance.now();
        preferred(accept, offers);
        expect(performance.now() - start).toBeLessThan(GENEROUS_MS);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the response type', () => {
  it('is legacy only for a client that names application/json', () => {
    const types = new ResponseTypes();
    expect(types.choose('application/json')).toEqual({ type: 'application/json', isLegacy: true });
    expect(types.choose('*/*')).toEqual({ type: 'application/json', isLegacy: false });
    expect(types.choose('application/*')).toEqual({ type: 'application/json', isLegacy: false });
    expect(types.choose('application/graphql-response+json, application/json;q=0.9')).toMatchObject({ isLegacy: false });
    expect(types.choose('text/html')).toBeNull();
    expect(types.choose('text/html')).toBeNull(); // From the cache.
  });
});
