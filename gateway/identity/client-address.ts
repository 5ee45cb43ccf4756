import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** An address and the number of bits of it that form the network. */
export type Network = readonly [Address, number];

/** The number of bits of an IPv6 address that identify a client: the provider assigns a whole /64 to each of them. */
const IPV6_CLIENT_BITS = 64;
const IPV4_IN_IPV6_BITS = 96;

/**
 * Parses a network in CIDR notation, or a single address, which is a network of its own. Returns null if it is neither. A network of
 * IPv4-mapped addresses becomes that of the IPv4 addresses.
 */
export function parseNetwork(text: string): Network | null {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const parsed = ipaddr.parse(address);
  const maximum = parsed.kind() === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? maximum : Number(bits);
  if (prefix > maximum) return null;
  return isMapped(parsed) && prefix >= IPV4_IN_IPV6_BITS ? [parsed.toIPv4Address(), prefix - IPV4_IN_IPV6_BITS] : [parsed, prefix];
}

/**
 * Returns the key by which the address of a client is counted: an IPv4 address, or the /64 network of an IPv6 address. An
 * IPv4-mapped address is the IPv4 address.
 * @param peer the address at the other end of the connection.
 * @param forwardedFor the header `X-Forwarded-For`, to which each proxy has added the address that it received the request from. It
 * is read from its end, as far as trusted proxies wrote it.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trustedProxies: readonly Network[]): string {
  let address = parseAddress(peer);
  if (!address) return peer; // The client has disconnected: it has no address.
  const forwarded = forwardedFor === undefined ? [] : forwardedFor.split(',');
  while (forwarded.length > 0 && isIn(trustedProxies, address)) {
    const previous = parseAddress(forwarded.pop()!.trim());
    if (!previous) break; // Not an address: the proxy that wrote it is the last that is known.
    address = previous;
  }
  return keyOf(address);
}

/** True if the address is that of a trusted proxy. */
export function isTrusted(address: string, trustedProxies: readonly Network[]): boolean {
  const parsed = trustedProxies.length > 0 ? parseAddress(address) : null;
  return parsed !== null && isIn(trustedProxies, parsed);
}

/** Parses an address, with a port if a proxy added one (`192.0.2.1:4711`, `[2001:db8::1]:4711`). Returns null if it is none. */
function parseAddress(text: string): Address | null {
  const bare = /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  // ipaddr.js alone would accept numbers such as "1" and "0x7f.1".
  return isIP(bare) === 0 ? null : ipaddr.process(bare);
}

const isMapped = (address: Address): address is ipaddr.IPv6 => address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress();

const isIn = (networks: readonly Network[], address: Address): boolean =>
  networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits));

function keyOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const { parts } = address as ipaddr.IPv6;
  return `${parts
    .slice(0, IPV6_CLIENT_BITS / 16)
    .map((part) => part.toString(16))
    .join(':')}::/${IPV6_CLIENT_BITS}`;
}
