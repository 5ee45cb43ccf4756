import { acceptsMultipart } from '../../../gateway/http/multipart-response.js';

describe('a client accepts incremental delivery', () => {
  it.each([
    ['as Apollo Client asks', 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9'],
    ['whatever else it takes', 'application/json, multipart/mixed; deferSpec=20220824; q=0.5'],
    ['with its parameters in any order, and in quotes', 'multipart/mixed;boundary="-";deferSpec="20220824"'],
    ['without a protocol', 'multipart/mixed, application/json'],
    ['as urql asks', 'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed'],
    ['without a protocol, with a boundary', 'multipart/mixed; boundary=a'],
    ['in capitals', 'Multipart/Mixed;DEFERSPEC=20220824'],
  ])('%s', (_, accept) => expect(acceptsMultipart(accept)).toBe(true));

  it.each([
    ['says nothing', undefined],
    ['takes anything', '*/*'],
    ['takes anything of a kind', 'multipart/*'],
    ['refuses it without a protocol', 'multipart/mixed;q=0, application/json'],
    ['says another protocol', 'multipart/mixed;incrementalSpec=v0.2, multipart/mixed;deferSpec=20991231'],
    ['means subscriptions', 'multipart/mixed;subscriptionSpec=1.0'],
    ['refuses it', 'multipart/mixed;deferSpec=20220824;q=0, application/json'],
  ])('except a client that %s', (_, accept) => expect(acceptsMultipart(accept)).toBe(false));
});
