import type { NetworkNamespace } from "./network-namespace.ts";

/** The kernel notes both addresses of each packet, as it comes and as it leaves. */
const rules = `
table ip watch {
  set seen {
    type ipv4_addr
    size 65535
    flags dynamic
  }
  chain arriving {
    type filter hook prerouting priority raw
    iifname != "lo" add @seen { ip saddr }
    iifname != "lo" add @seen { ip daddr }
  }
  chain leaving {
    type filter hook postrouting priority raw
    oifname != "lo" add @seen { ip saddr }
    oifname != "lo" add @seen { ip daddr }
  }
}
`;

/**
 * Watches from now on which IPv4 addresses stand in the headers of a network's packets.
 *
 * @returns tells them, in their order as text
 */
export async function watchAddresses(network: NetworkNamespace): Promise<() => Promise<string[]>> {
  await network.run("nft", ["-f", "-"], rules);
  return async () => {
    const listed = await network.run("nft", ["-j", "list", "set", "ip", "watch", "seen"]);
    return elementsOf(JSON.parse(listed) as Listing).toSorted();
  };
}

/** What `nft -j` writes, libnftables-json(5). */
interface Listing {
  nftables: { set?: { elem?: string[] } }[];
}

function elementsOf({ nftables }: Listing): string[] {
  return nftables.flatMap(({ set }) => set?.elem ?? []);
}
