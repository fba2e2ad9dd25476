import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import { readNetworks } from "../../../src/networks.ts";
import { canonical, clientOf, countedAs } from "../../../src/rate-limits/rules/client-address.ts";
import { subjectKey } from "../../../src/rate-limits/subject-key.ts";
import { sampledInputs } from "../../support/sample.ts";

const networks = readNetworks("10.0.0.0/8,fd00::/8");
const trusted = typeof networks === "string" ? [] : networks;
const PROXY = "10.0.0.1";

const byte = fc.nat(255);
/** Of no proxy. */
const client = fc.tuple(fc.integer({ min: 11, max: 223 }), byte, byte, byte).map((bytes) => bytes.join("."));
const proxy = fc.tuple(byte, byte, byte).map((bytes) => `10.${bytes.join(".")}`);
const forged = fc.oneof(
  client,
  proxy,
  fc.string(),
  fc.constantFrom("", "unknown", "127.0.0.1", "fd00::1", "10.0.0.1:x"),
);

describe("the address of a client", () => {
  test("is the last one that is not a proxy of ours, whatever its sender writes before it, however many proxies there are", () => {
    fc.assert(
      fc.property(
        fc.array(forged, { maxLength: 6 }),
        client,
        fc.array(proxy, { maxLength: 4 }),
        (lies, address, proxies) => {
          const forwardedFor = [...lies, address, ...proxies].join(", ");
          const found = clientOf({ remoteAddress: PROXY, forwardedFor, trusted });
          expect(found).toEqual({ address, isHeaderIgnored: false });
        },
      ),
      sampledInputs({ all: 1_000 }),
    );
  });

  test("is its own if the header comes from a stranger, or if there are no proxies", () => {
    fc.assert(
      fc.property(fc.array(forged, { minLength: 1 }), client, (lies, remoteAddress) => {
        const forwardedFor = lies.join(",");
        const ignored = { address: remoteAddress, isHeaderIgnored: true };
        expect(clientOf({ remoteAddress, forwardedFor, trusted })).toEqual(ignored);
        expect(clientOf({ remoteAddress, forwardedFor, trusted: [] })).toEqual(ignored);
      }),
    );
  });

  test.each([
    { header: undefined, address: PROXY },
    { header: "", address: PROXY },
    { header: "192.0.2.1, nonsense", address: PROXY },
    { header: "192.0.2.1, nonsense, 10.0.0.7", address: "10.0.0.7" },
    { header: "10.0.0.9, 10.0.0.8", address: "10.0.0.9" },
    { header: "192.0.2.1:4711", address: "192.0.2.1" },
    { header: "::ffff:192.0.2.1", address: "192.0.2.1" },
    { header: "[2001:db8::1]:443, fd00::5", address: "2001:db8::1" },
  ])("behind a proxy that sends $header it is $address", ({ header, address }) => {
    expect(clientOf({ remoteAddress: `::ffff:${PROXY}`, forwardedFor: header, trusted }).address).toBe(
      address,
    );
  });
});

describe("an address", () => {
  test.each([
    "127.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "::g",
    "host",
    "",
    "1.2.3.4/8",
  ])("%s is none", (text) => {
    expect(canonical(text)).toBeNull();
  });

  const group = fc.nat(0xffff);
  const groups = fc.tuple(group, group, group, group, group, group, group, group);

  /** The spellings of an address that programs write. */
  function spellings(parts: readonly number[]): string[] {
    const hex = parts.map((part) => part.toString(16));
    const long = hex.map((part) => part.padStart(4, "0")).join(":");
    return [
      long,
      long.toUpperCase(),
      hex.join(":"),
      `${hex.join(":")}%eth0`,
      `[${long}]`,
      `[${hex.join(":")}]:8080`,
      ` ${long} `,
    ];
  }

  test("has one form for all its spellings, and its /64 has one count", () => {
    fc.assert(
      fc.property(groups, group, (parts, other) => {
        const forms = new Set(spellings(parts).map(canonical));
        expect(forms.size).toBe(1);
        const [form = ""] = forms;
        const neighbour = [...parts.slice(0, 7), other].map((part) => part.toString(16)).join(":");
        // One that is mapped from IPv4 is IPv4.
        if (form?.includes(":") && canonical(neighbour)?.includes(":")) {
          expect(countedAs(canonical(neighbour) ?? "")).toEqual(countedAs(form ?? ""));
        }
      }),
      sampledInputs({ all: 1_000 }),
    );
  });

  test("of another /64 has another count, and both share that of their /48", () => {
    const [one, two] = [countedAs("2001:db8:1:1::1"), countedAs("2001:db8:1:2::1")];
    expect(one[0]).not.toEqual(two[0]);
    expect(one[1]).toEqual(two[1]);
    expect(one.map(({ id }) => id)).toEqual(["2001:db8:1:1::/64", "2001:db8:1::/48"]);
    expect(countedAs("192.0.2.1")).toEqual([{ kind: "address", id: "192.0.2.1" }]);
  });

  test("and a user never share a key, whatever their ids contain", () => {
    const kind = fc.constantFrom("user" as const, "address" as const, "network" as const);
    const subject = fc.record({
      kind,
      id: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a:b", "a", ":b", "user:a")),
    });
    fc.assert(
      fc.property(subject, subject, (one, other) => {
        const isSame = one.kind === other.kind && one.id === other.id;
        expect(subjectKey(one) === subjectKey(other)).toBe(isSame);
        expect(subjectKey(one)).toMatch(/^[a-z]+:[\w-]{43}$/);
      }),
      sampledInputs({ all: 1_000 }),
    );
  });
});
