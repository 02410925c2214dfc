import type { Device, DeviceStatement, LinkSignature, OwnDevices } from "@ringfence/protocol";
import type { TestAnswer, TestRequest } from "./test-server.ts";

/** One device as the server has it. */
type Row = OwnDevices["devices"][number];

/** The server's half of an account's chain of devices, as the real one keeps it. */
export class TestOwnDevices {
  generation = 0;
  chain: DeviceStatement[] = [];
  readonly #linked = new Set<string>();
  readonly rows: Row[] = [];
  /** Runs before each append: another device that is quicker. */
  beforeAppend: () => Promise<void> | void = () => {};

  /** Signs a device in. */
  add(id: string): void {
    if (this.rows.some((row) => row.id === id)) return;
    const device = { id, name: "Firefox on Linux", signedInAt: 1, lastSeenAt: 1 } as Device;
    const state = { isThisOne: false, isOpen: false, isNotified: false, isLinked: false };
    this.rows.push({ ...device, ...state, identityKey: null, linkSignatures: [] });
  }

  /** What the server answers one of the devices; nothing where it is about something else. */
  answer(id: string, { method, path, body }: TestRequest): Promise<TestAnswer> | undefined {
    switch (`${method} ${path}`) {
      case "POST /api/devices/chain/anew":
        return this.#append(id, { ...(body as Append), position: 0, unlinks: null }, true);
      case "GET /api/devices/chain":
        return Promise.resolve({ status: 200, body: this.shownTo(id) });
      case "PUT /api/devices/key":
        return Promise.resolve(this.#putKey(id, body as PutKey));
      case "POST /api/devices/chain":
        return this.#append(id, body as Append);
    }
    return undefined;
  }

  /** As in an older copy of the database. */
  forget(linkedKey: string): void {
    this.#linked.delete(linkedKey);
  }

  /** The account was recovered: every device is signed out, and the chain stands as it was. */
  recover(): void {
    this.rows.length = 0;
    this.#linked.clear();
  }

  shownTo(id: string): OwnDevices {
    const devices = this.rows.map((row) => {
      const isLinked = row.identityKey !== null && this.#linked.has(row.identityKey);
      const linkSignatures = isLinked ? [] : row.linkSignatures;
      return { ...row, isLinked, linkSignatures, isThisOne: row.id === id };
    });
    const mayBegin = devices.every(({ isLinked }) => !isLinked);
    return { generation: this.generation, chain: [...this.chain], mayBegin, devices };
  }

  #putKey(id: string, { identityKey, linkSignatures }: PutKey): TestAnswer {
    const row = this.rows.find((each) => each.id === id);
    if (row !== undefined) Object.assign(row, { identityKey, linkSignatures });
    return { status: 200, body: this.shownTo(id) };
  }

  async #append(id: string, append: Append, isByOwner = false): Promise<TestAnswer> {
    await this.beforeAppend();
    const isNext =
      append.position === 0
        ? append.generation === this.generation + 1 && (isByOwner || this.shownTo(id).mayBegin)
        : append.generation === this.generation && append.position === this.chain.length;
    if (!isNext) {
      return { status: 409, body: { code: "chain-moved", message: "Your devices changed." } };
    }
    const isLinked = this.shownTo(id).devices.some((device) => device.isThisOne && device.isLinked);
    if (append.position > 0 && !isLinked) {
      return { status: 403, body: { code: "not-linked", message: "Link this device first." } };
    }
    if (append.position === 0) {
      this.chain = [];
      this.#linked.clear();
    }
    this.generation = append.generation;
    this.chain = [...this.chain, append.statement];
    if (append.links !== null) this.#linked.add(append.links);
    if (append.unlinks !== null) this.#unlink(append.unlinks);
    return { status: 204 };
  }

  #unlink(key: string): void {
    this.#linked.delete(key);
    const at = this.rows.findIndex(({ identityKey }) => identityKey === key);
    if (at >= 0) this.rows.splice(at, 1);
  }
}

interface PutKey {
  identityKey: string;
  linkSignatures: LinkSignature[];
}

interface Append {
  generation: number;
  position: number;
  statement: DeviceStatement;
  links: string | null;
  unlinks: string | null;
}
