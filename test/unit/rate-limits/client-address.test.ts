import fc from 'fast-check';
import { clientAddress, parseNetwork, type Network } from '../../../gateway/identity/client-address.js';

const networks = (...texts: string[]): Network[] => texts.map((text) => parseNetwork(text)!);
const PROXIES = networks('10.0.0.0/8', '192.0.2.7', '2001:db8:ffff::/48');

const ipv4 = fc.ipV4();
/** The entries that a client can write into the header: addresses, trusted ones too, and anything else. */
const forged = fc.array(fc.oneof(ipv4, fc.ipV6(), fc.constantFrom('10.0.0.1', '192.0.2.7', '', 'unknown', '_hidden'), fc.string()));
const untrusted = ipv4.filter((address) => !address.startsWith('10.') && address !== '192.0.2.7');

describe('the address of a client', () => {
  it.each([
    ['a direct client', '198.51.100.4', undefined, '198.51.100.4'],
    ['a direct client that forges the header', '198.51.100.4', '203.0.113.9', '198.51.100.4'],
    ['a client of a trusted proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a client of a trusted proxy that forges the header', '10.1.2.3', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['a client of two trusted proxies', '10.1.2.3', '203.0.113.9,192.0.2.7', '203.0.113.9'],
    ['a client that forges a trusted proxy', '10.1.2.3', '198.51.100.1, 192.0.2.7, 203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['a trusted proxy itself', '192.0.2.7', undefined, '192.0.2.7'],
    ['a trusted client of trusted proxies', '10.1.2.3', '10.5.5.5, 192.0.2.7', '10.5.5.5'],
    ['a client of a proxy that adds ports', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
    ['an IPv6 client of a proxy that adds ports', '10.1.2.3', '[2001:db8::5]:4711', '2001:db8:0:0::/64'],
    ['a client that a proxy hides', '10.1.2.3', '203.0.113.9, unknown', '10.1.2.3'],
    ['a number that is not an address', '10.1.2.3', '1', '10.1.2.3'],
    ['an IPv4-mapped client', '::ffff:198.51.100.4', undefined, '198.51.100.4'],
    ['an IPv4-mapped client in hexadecimal', '::ffff:c633:6404', undefined, '198.51.100.4'],
    ['a client of an IPv4-mapped proxy', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['an IPv4-mapped client of a proxy', '10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['an IPv6 client', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', undefined, '2001:db8:1:2::/64'],
    ['an IPv6 client with a short form', '2001:db8::1', undefined, '2001:db8:0:0::/64'],
    ['an IPv6 client with a zone', 'fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
    ['a client of an IPv6 proxy', '2001:db8:ffff::1', '2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['a client that has disconnected', '', '203.0.113.9', ''],
  ])('is that of %s', (_, peer, forwardedFor, address) => {
    expect(clientAddress(peer, forwardedFor, PROXIES)).toBe(address);
  });

  it('does not depend on the header of an untrusted peer, nor on what a client writes before the entry of a trusted proxy', () => {
    fc.assert(
      fc.property(untrusted, forged, (address, entries) => {
        expect(clientAddress(address, entries.join(), PROXIES)).toBe(address);
        expect(clientAddress('10.0.0.1', [...entries, address].join(', '), PROXIES)).toBe(address);
        expect(clientAddress('10.0.0.1', [...entries, address, '192.0.2.7', '10.2.2.2'].join(','), PROXIES)).toBe(address);
      }),
    );
  });

  it('is one for all addresses of a /64 network, and differs for two networks', () => {
    const part = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    const half = fc.array(part, { minLength: 4, maxLength: 4 });
    const prefix = half.filter(([first]) => first !== '0');
    fc.assert(
      fc.property(prefix, prefix, half, half, (network, other, one, two) => {
        const key = (parts: string[], host: string[]) => clientAddress([...parts, ...host].join(':'), undefined, []);
        expect(key(network, one)).toBe(key(network, two));
        expect(key(network, one) === key(other, one)).toBe(network.join() === other.join());
      }),
    );
  });
});

describe('a list of trusted proxies', () => {
  it.each(['', 'proxy', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', '10.0.0', '2001:db8::/129', '1', '0x7f.1/8'])(
    'cannot contain %j',
    (text) => expect(parseNetwork(text)).toBeNull(),
  );

  it('can contain IPv4-mapped networks', () => {
    expect(clientAddress('10.1.2.3', '203.0.113.9', networks('::ffff:10.0.0.0/104'))).toBe('203.0.113.9');
    expect(clientAddress('11.1.2.3', '203.0.113.9', networks('::ffff:10.0.0.0/104'))).toBe('11.1.2.3');
  });
});
