import ipaddr from "ipaddr.js";
import type { Network } from "../../networks.ts";
import type { Counted } from "./counted.ts";

/** Hosts with IPv6 have at least a network of this size, and may use each address in it. https://www.rfc-editor.org/rfc/rfc6177 */
const HOST_BITS = 64;
/** The network that an organisation usually has. */
const SITE_BITS = 48;
/** Such as `1.2.3.4:5678` and `[2001:db8::1]:5678`, which some proxies write. */
const WITH_PORT = /^(?:(?<four>[\d.]+):\d{1,5}|\[(?<six>[^\]]*)\](?::\d{1,5})?)$/;

interface Received {
  /** Who sent the request to this process. */
  readonly remoteAddress: string | undefined;
  /** The header `X-Forwarded-For`: each proxy appends the address that it got the request from. */
  readonly forwardedFor: string | undefined;
  readonly trusted: readonly Network[];
}

export interface Client {
  /** In its canonical form. */
  readonly address: string;
  /** Whether the header was sent by somebody who is not trusted with it. */
  readonly isHeaderIgnored: boolean;
}

/**
 * The address of the client: the last one, seen from here, that is not a proxy of ours. The header is read from the right,
 * because only what our proxies have appended is true. Anything that is not an address ends the reading at the proxy that sent it.
 */
export function clientOf({ remoteAddress = "", forwardedFor, trusted }: Received): Client {
  let address = canonical(remoteAddress) ?? "unknown";
  const isHeaderIgnored = forwardedFor !== undefined && !isIn(address, trusted);
  if (forwardedFor === undefined || isHeaderIgnored) return { address, isHeaderIgnored };
  const entries = forwardedFor.split(",");
  while (entries.length > 0 && isIn(address, trusted)) {
    const before = canonical(entries.pop() ?? "");
    if (before === null) break;
    address = before;
  }
  return { address, isHeaderIgnored };
}

/** What an address is counted as: itself for IPv4; for IPv6 its /64, and the /48 around it. */
export function countedAs(address: string): Counted[] {
  if (!ipaddr.IPv6.isValid(address)) return [{ kind: "address", id: address }];
  return [
    { kind: "address", id: networkOf(address, HOST_BITS) },
    { kind: "network", id: networkOf(address, SITE_BITS) },
  ];
}

/**
 * One form for all spellings of an address: IPv4 also where it is mapped into IPv6, IPv6 in lower case and compressed, without a
 * zone or a port. Forms that programs read differently, such as `127.1` or `0177.0.0.1`, are no addresses.
 *
 * @returns `null` if it is not an address
 */
export function canonical(text: string): string | null {
  const trimmed = text.trim();
  const { four, six } = WITH_PORT.exec(trimmed)?.groups ?? {};
  const bare = (four ?? six ?? trimmed).split("%", 1)[0] ?? "";
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString();
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare).toString() : null;
}

function isIn(address: string, networks: readonly Network[]): boolean {
  if (networks.length === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return networks.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
}

function networkOf(address: string, bits: number): string {
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}
