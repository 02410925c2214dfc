import type { OpenVault, Shelves, Vault } from "../vault/vault.ts";

/** Vaults that last as long as this value: those of one profile without a disk. */
export function memoryVaults(): OpenVault {
  const byAccount = new Map<string, Map<string, unknown>>();
  return (account) => {
    const kept = byAccount.get(account) ?? new Map<string, unknown>();
    byAccount.set(account, kept);
    return memoryVault(kept);
  };
}

function memoryVault(kept: Map<string, unknown>): Vault {
  return {
    get: async <Name extends keyof Shelves>(shelf: Name, key: string) =>
      kept.get(`${shelf} ${key}`) as Shelves[Name] | undefined,
    list: async <Name extends keyof Shelves>(shelf: Name) =>
      [...kept]
        .filter(([place]) => place.startsWith(`${shelf} `))
        .map(([, value]) => value as Shelves[Name]),
    async update(shelf, key, change) {
      const place = `${shelf} ${key}`;
      const changed = change(kept.get(place) as Parameters<typeof change>[0]);
      if (changed === undefined) kept.delete(place);
      else kept.set(place, changed);
      return changed;
    },
    async delete(shelf, key) {
      kept.delete(`${shelf} ${key}`);
    },
    async keep() {},
    destroy: async () => kept.clear(),
    close() {},
  };
}
