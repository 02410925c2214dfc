/**
 * What a router at home does, for nft(8). `wan` leads to everybody, `lan` home. What comes unasked is
 * dropped without a word: were it refused or noted, the port that it came to would be taken, and two
 * homes that send to each other at once would miss (RFC 4787 §4.1, §5).
 */
export const routerRules = `
table inet router {
  chain input {
    type filter hook input priority filter
    iifname "wan" drop
  }
  chain forward {
    type filter hook forward priority filter; policy drop
    iifname "lan" accept
    ct state established,related accept
  }
  chain leaving {
    type nat hook postrouting priority srcnat
    oifname "wan" masquerade
  }
}
`;
