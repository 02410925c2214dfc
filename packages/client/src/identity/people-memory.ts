import {
  type Bytes,
  type DeviceChain as ReadDeviceChain,
  type IdentityVerdict,
  isLinked,
  judgeDevice,
  relationOf,
  rememberChain,
} from "@ringfence/e2ee";
import type { DeviceChain, Handle } from "@ringfence/protocol";
import type { Source } from "../observable.ts";
import type { PersonRecord, Vault } from "../vault/vault.ts";
import type { KnownPeople, RememberedPerson } from "./identity.ts";
import { readChain } from "./read-chain.ts";

/** The people that one account met from this profile. */
export class PeopleMemory implements KnownPeople {
  readonly people: Source<readonly RememberedPerson[]>;
  readonly #vault: Vault;
  readonly #now: () => number;

  /** @param now Unix time in milliseconds */
  constructor(vault: Vault, people: Source<readonly RememberedPerson[]>, now: () => number) {
    this.#vault = vault;
    this.people = people;
    this.#now = now;
  }

  async judge(handle: Handle, chain: DeviceChain, device: Bytes): Promise<IdentityVerdict> {
    const [kept, read] = await Promise.all([
      this.#vault.get("people", handle),
      readChain(handle, chain),
    ]);
    return judgeDevice(kept ?? null, read, device);
  }

  async remember(handle: Handle, chain: DeviceChain, device: Bytes): Promise<void> {
    await this.#keep(handle, chain, device, (kept, read) => {
      if (kept === undefined) return this.#meet(handle, read);
      return relationOf(kept.chain, read) === "longer"
        ? { ...kept, chain: rememberChain(read) }
        : kept;
    });
  }

  async markCompared(handle: Handle, chain: DeviceChain, device: Bytes): Promise<void> {
    await this.#keep(handle, chain, device, (kept, read) => {
      const relation = kept === undefined ? "another" : relationOf(kept.chain, read);
      if (kept !== undefined && (relation === "shorter" || relation === "forked")) return kept;
      const before = kept === undefined || relation === "another" ? this.#meet(handle, read) : kept;
      const others = before.comparedDevices.filter((each) => !isSame(each, device));
      return {
        ...before,
        metAt: kept?.metAt ?? before.metAt,
        chain: rememberChain(read),
        comparedDevices: [...others, device],
        comparedAt: this.#now(),
      };
    });
  }

  async forget(handle: Handle): Promise<void> {
    await this.#vault.delete("people", handle);
    await this.load();
  }

  /** Reads again what is remembered: another tab may have met somebody. */
  async load(): Promise<void> {
    const kept = await this.#vault.list("people");
    this.people.set(
      kept
        .map(({ handle, metAt, comparedAt }) => ({ handle, metAt, comparedAt }))
        .toSorted((one, other) => (one.handle < other.handle ? -1 : 1)),
    );
  }

  async #keep(
    handle: Handle,
    chain: DeviceChain,
    device: Bytes,
    change: (kept: PersonRecord | undefined, read: ReadDeviceChain) => PersonRecord,
  ): Promise<void> {
    const read = await readChain(handle, chain);
    if (read.outcome === "invalid" || !isLinked(read.chain, device)) return;
    await this.#vault.update("people", handle, (kept) => change(kept, read.chain));
    await this.load();
  }

  #meet(handle: Handle, read: ReadDeviceChain): PersonRecord {
    return {
      handle,
      chain: rememberChain(read),
      comparedDevices: [],
      metAt: this.#now(),
      comparedAt: null,
    };
  }
}

function isSame(one: Bytes, other: Bytes): boolean {
  return one.every((byte, index) => byte === other[index]);
}
