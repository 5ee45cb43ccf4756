import { randomBytes } from 'node:crypto';
import { sign, SIGNATURE_HEADER, CLAIMS_HEADER, RequestVerifier, MAX_CLOCK_SKEW_MS } from '../../subgraphs/shared/viewer/signature.js';
import { aMember } from '../kit/viewers.js';

const key = { id: 'new', secret: randomBytes(32) };
const old = { id: 'old', secret: randomBytes(32) };
const NOW = Date.UTC(2026, 0, 1);
const body = '{"query":"{ __typename }"}';
const request = { requestId: 'r1', viewer: aMember() };

const verify = (verifier: RequestVerifier, headers: Record<string, string>, text = body, now = NOW) =>
  verifier.verify(headers[CLAIMS_HEADER], headers[SIGNATURE_HEADER], text, now);

describe('a signed request', () => {
  it('is accepted once, for its subgraph, its body, and its viewer', () => {
    const verifier = new RequestVerifier('datasets', [key]);
    const headers = sign('datasets', key, request, body, { now: NOW });
    expect(verify(verifier, headers)).toEqual(request);
    expect(verify(verifier, headers)).toBeNull();
  });

  it('has null for an anonymous viewer', () => {
    const signed = sign('datasets', key, { requestId: 'r2', viewer: null }, body, { now: NOW });
    expect(verify(new RequestVerifier('datasets', [key]), signed)).toEqual({ requestId: 'r2', viewer: null });
  });

  it.each([
    ['for another subgraph', sign('chat', key, request, body, { now: NOW })],
    ['with a key that is not known', sign('datasets', { id: 'new', secret: randomBytes(32) }, request, body, { now: NOW })],
    ['with a key of another name', sign('datasets', { ...key, id: 'other' }, request, body, { now: NOW })],
    ['too long ago', sign('datasets', key, request, body, { now: NOW - MAX_CLOCK_SKEW_MS - 1 })],
    ['too far ahead', sign('datasets', key, request, body, { now: NOW + MAX_CLOCK_SKEW_MS + 1 })],
  ])('is refused if it was signed %s', (_, headers) => {
    expect(verify(new RequestVerifier('datasets', [key]), headers)).toBeNull();
  });

  it('is refused if its body or its claims were altered, or a header is missing', () => {
    const headers = sign('datasets', key, request, body, { now: NOW });
    const forged = Buffer.from(
      JSON.stringify({ version: 1, audience: 'datasets', issuedAt: NOW, nonce: 'x', requestId: 'r', viewer: aMember(), body: '' }),
    ).toString('base64url');
    const fresh = () => new RequestVerifier('datasets', [key]);
    expect(verify(fresh(), headers, `${body} `)).toBeNull();
    expect(verify(fresh(), { ...headers, [CLAIMS_HEADER]: forged })).toBeNull();
    expect(verify(fresh(), { [CLAIMS_HEADER]: headers[CLAIMS_HEADER]! })).toBeNull();
    expect(verify(fresh(), { [SIGNATURE_HEADER]: headers[SIGNATURE_HEADER]! })).toBeNull();
    expect(verify(fresh(), { ...headers, [SIGNATURE_HEADER]: 'new.' })).toBeNull();
  });

  it('is accepted with either key during a rotation', () => {
    const verifier = new RequestVerifier('datasets', [key, old]);
    expect(verify(verifier, sign('datasets', old, request, body, { now: NOW }))).toEqual(request);
    expect(verify(verifier, sign('datasets', key, request, body, { now: NOW }))).toEqual(request);
  });

  it('removes nonces after their window, so that memory is bounded', () => {
    const verifier = new RequestVerifier('datasets', [key]);
    const headers = sign('datasets', key, request, body, { now: NOW });
    expect(verify(verifier, headers)).toEqual(request);
    const later = NOW + 2 * MAX_CLOCK_SKEW_MS;
    expect(verify(verifier, sign('datasets', key, request, body, { now: later }), body, later)).toEqual(request);
    expect(verify(verifier, headers, body, later)).toBeNull();
  });
});
