import { deleteDB, type IDBPDatabase, openDB } from "idb";
import { type Shelf, type Shelves, shelves, type Vault } from "./vault.ts";

/** Once a page: a browser that asks its person would ask again. */
let isKept: Promise<void> | null = null;

async function askToKeep(): Promise<void> {
  // Absent, whatever its type says, where the page came over plain HTTP.
  if (!("storage" in navigator)) return;
  if (!(await navigator.storage.persisted())) await navigator.storage.persist();
}

/**
 * A vault in this profile's IndexedDB, opened when it is first asked for something.
 *
 * @throws DOMException from each method, where the browser keeps nothing for this site
 */
export function browserVault(account: string): Vault {
  const name = `ringfence-vault-${account}`;
  let opening: Promise<IDBPDatabase> | null = null;
  let isDestroyed = false;
  const letGo = () => {
    const opened = opening;
    opening = null;
    void opened?.then((database) => database.close()).catch(() => undefined);
  };
  const database = async () => {
    if (isDestroyed) throw new DOMException("This vault was emptied.", "InvalidStateError");
    opening ??= openDB(name, 1, {
      upgrade(fresh) {
        for (const shelf of shelves) fresh.createObjectStore(shelf);
      },
      // Another tab takes the vault away, or brings a newer one.
      blocking: letGo,
      terminated: letGo,
    });
    const attempt = opening;
    try {
      return await attempt;
    } catch (error) {
      if (opening === attempt) opening = null;
      throw error;
    }
  };
  return {
    get: async (shelf, key) => (await database()).get(shelf, key),
    list: async (shelf) => (await database()).getAll(shelf),
    async update<Name extends Shelf>(
      shelf: Name,
      key: string,
      change: (kept: Shelves[Name] | undefined) => Shelves[Name] | undefined,
    ) {
      const transaction = (await database()).transaction(shelf, "readwrite");
      const changed = change(await transaction.store.get(key));
      if (changed === undefined) await transaction.store.delete(key);
      else await transaction.store.put(changed, key);
      await transaction.done;
      return changed;
    },
    delete: async (shelf, key) => (await database()).delete(shelf, key),
    keep: async () => {
      isKept ??= askToKeep();
      await isKept;
    },
    async destroy() {
      isDestroyed = true;
      letGo();
      await deleteDB(name);
    },
    close: letGo,
  };
}
