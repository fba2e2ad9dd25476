import ipaddr from "ipaddr.js";

/** A range of addresses, as ipaddr.js reads it. */
export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefixBits: number];

/**
 * Reads networks with commas between them, such as `10.0.0.0/8, fd00::/8`; an address alone is a network of one.
 *
 * @returns what is wrong, in words that follow the name of a setting, if one is not valid
 */
export function readNetworks(text: string): readonly Network[] | string {
  const networks: Network[] = [];
  for (const part of text.split(",").map((each) => each.trim())) {
    const network = readNetwork(part);
    if (network === null)
      return `must have networks such as 10.0.0.0/8 or fd00::/8, but has ${JSON.stringify(part)}`;
    networks.push(network);
  }
  return networks;
}

function readNetwork(text: string): Network | null {
  // ipaddr.js also takes addresses such as 10.1, which other programs read in another way.
  if (!text.includes(":") && !/^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/.test(text)) return null;
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
