import { clientHeaders } from '../../../gateway/websocket/client-headers.js';
import { credentialOf } from '../../../gateway/identity/credential.js';

const UPGRADE = { host: 'graph.example', cookie: 'session=1', authorization: 'Bearer upgrade', 'x-api-key': 'mlp_upgrade' };

describe('the headers of a WebSocket client', () => {
  it.each([
    ['authorization', { authorization: 'Bearer one' }],
    ['Authorization, as Apollo Client and Hive write it', { Authorization: 'Bearer one' }],
    ['headers.Authorization, as urql writes it', { headers: { Authorization: 'Bearer one' } }],
    ['authToken', { authToken: 'one' }],
  ])('take a session token from %s', (_, payload) => {
    expect(credentialOf(clientHeaders(UPGRADE, payload))).toEqual({ kind: 'session', token: 'one' });
  });

  it.each([{ 'X-API-Key': 'mlp_two' }, { 'x-api-key': 'mlp_two' }, { apiKey: 'mlp_two' }, { headers: { apikey: 'mlp_two' } }])(
    'take an API key from %j',
    (payload) => {
      expect(credentialOf(clientHeaders(UPGRADE, payload))).toEqual({ kind: 'apiKey', token: 'mlp_two' });
    },
  );

  it.each([undefined, null, {}, { authorization: null }, { token: 7, locale: 'en' }])(
    'are those of the upgrade request with %j',
    (payload) => {
      expect(clientHeaders(UPGRADE, payload)).toMatchObject(UPGRADE);
    },
  );

  it('carry other texts of the payload', () => {
    expect(clientHeaders({ 'x-tenant': 'a', host: 'b' }, { 'X-Tenant': 'c', 'graphql-cost-debug': '1', limit: 3 })).toEqual({
      'x-tenant': 'c',
      host: 'b',
      'graphql-cost-debug': '1',
    });
  });

  it('leave out what cannot be a header', () => {
    expect(clientHeaders({}, { 'a b': 'c', 'x-a': 'line\r\nx-api-key: mlp_smuggled', 'x-b': 'ä€' })).toEqual({});
  });

  it('hold names of prototypes as ordinary names', () => {
    const payload = JSON.parse('{"__proto__": "a", "constructor": "b", "headers": {"__proto__": {"authorization": "Bearer x"}}}') as object;
    const headers = clientHeaders({}, payload);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(Object.entries(headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(credentialOf(headers)).toBeNull();
  });

  it.each([
    [{ authorization: 7 }, '"authorization" of connection_init must be a string; got a number.'],
    [{ apiKey: ['a'] }, '"apiKey" of connection_init must be a string; got a list.'],
    [{ authorization: 'Bearer a\n' }, '"authorization" of connection_init has characters that a header cannot have.'],
  ])('refuse the credential %j', (payload, message) => {
    expect(() => clientHeaders({}, payload)).toThrow(message);
  });
});
