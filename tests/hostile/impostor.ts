import {
  base64url,
  beginAgreement,
  beginChain,
  type CallAgreement,
  commitTo,
  type DeviceChain as ReadDeviceChain,
  type DeviceSigner,
  fromBase64url,
  hearDescription,
  type OwnFacts,
  readDeviceChain,
  removeDevice,
  shortAuthenticationString,
  signAnswer,
  signOffer,
  statementToAdd,
} from "@ringfence/e2ee";
import type { DeviceChain, DeviceStatement, SignedDescription } from "@ringfence/protocol";
import { describedFacts } from "../../packages/client/src/calls/described-facts.ts";
import { filled, makeDevice, webCrypto } from "../../packages/e2ee/src/test/web-crypto.ts";
import type { Transcript } from "../../packages/e2ee/src/transcript/transcript.ts";
import type { Ether } from "./ether.ts";
import { withTranscript } from "./signed-words.ts";
import { SimulatedConnection } from "./simulated-connection.ts";

type Bytes = DeviceSigner["publicKey"];

/** A key that is none of the account's in whose name it signs, and the chain that goes with it. */
export class Keys {
  readonly device: DeviceSigner;
  chain: DeviceChain;

  private constructor(device: DeviceSigner, chain: DeviceChain) {
    this.device = device;
    this.chain = chain;
  }

  /** Begins a chain of its own in the name of an account. */
  static async begin(account: string): Promise<Keys> {
    const device = await makeDevice();
    return new Keys(device, [wire(await beginChain(account, device, filled(16, 7)))]);
  }

  /** Another device of the same account, which this one links. Both have the chain then. */
  async link(account: string): Promise<Keys> {
    const device = await makeDevice();
    const added = await addedTo(await this.#read(account), this.device, device);
    this.chain = [...this.chain, wire(added)];
    return new Keys(device, this.chain);
  }

  async remove(account: string, other: Keys): Promise<void> {
    const key = other.device.publicKey;
    const removal = await removeDevice(await this.#read(account), this.device, key);
    this.chain = [...this.chain, wire(removal)];
  }

  /** This key behind a chain that knows nothing of it, with a line that it signed for itself. */
  async appendItself(account: string, chain: DeviceChain): Promise<DeviceChain> {
    const read = await readDeviceChain(webCrypto, account, chain.map(unwired));
    if (read.outcome !== "valid") throw new Error("an honest chain");
    const [by] = read.chain.devices;
    if (by === undefined) throw new Error("a chain has devices");
    const bytes = statementToAdd(read.chain, by, this.device.publicKey);
    const own = await this.device.sign(bytes);
    return [...chain, wire({ statement: bytes, signatures: [own, own] })];
  }

  /** Makes the chain longer, up to so many lines: a device is linked and removed, again and again. */
  async grow(account: string, lines: number): Promise<void> {
    const other = await makeDevice();
    let end = await this.#read(account);
    while (this.chain.length < lines) {
      const signed =
        this.chain.length % 2 === 1
          ? await addedTo(end, this.device, other)
          : await removeDevice(end, this.device, other.publicKey);
      this.chain = [...this.chain, wire(signed)];
      end = { ...end, hashes: [await webCrypto.sha256(signed.statement)] };
    }
  }

  /** Signs a changed transcript in the place of whoever signed it. */
  async resign(
    signed: SignedDescription,
    change: (transcript: Transcript) => Transcript,
  ): Promise<SignedDescription> {
    const changed = withTranscript(signed, change);
    const signature = base64url(await this.device.sign(bytesOf(changed.transcript)));
    return { ...changed, signature };
  }

  async #read(account: string) {
    const read = await readDeviceChain(webCrypto, account, this.chain.map(unwired));
    if (read.outcome !== "valid") throw new Error(`a chain of one's own: ${read.fault}`);
    return read.chain;
  }
}

/** One end of a call in somebody else's name: it signs with its own key, and has its own browser. */
export class Impostor {
  readonly connection: SimulatedConnection;
  readonly keys: Keys;
  /** What it has chosen, and what it opens: the same, unless it cheats. */
  readonly nonce: Bytes = filled(32, 0x11);
  #agreement: CallAgreement;

  constructor(ether: Ether, keys: Keys, facts: Omit<OwnFacts, "ownDevice">) {
    this.connection = new SimulatedConnection(ether);
    this.keys = keys;
    this.#agreement = beginAgreement({ ...facts, ownDevice: keys.device.publicKey });
  }

  async offer(): Promise<SignedDescription> {
    for (const kind of ["audio", "video", "video"]) {
      this.connection.addTransceiver(kind, { direction: "sendrecv" });
    }
    await this.connection.setLocalDescription();
    const description = this.connection.localDescription?.sdp ?? "";
    const said = await signOffer(
      webCrypto,
      this.#agreement,
      this.keys.device,
      await describedFacts(webCrypto, description),
      { round: 0, isNewConnection: true, commitment: await commitTo(webCrypto, this.nonce) },
    );
    this.#agreement = said.agreement;
    return { description, ...onWire(said.signed) };
  }

  async answer(offer: SignedDescription): Promise<SignedDescription> {
    await this.hear(offer, "offer");
    await this.connection.setLocalDescription();
    const description = this.connection.localDescription?.sdp ?? "";
    const described = await describedFacts(webCrypto, description);
    const { device } = this.keys;
    const said = await signAnswer(webCrypto, this.#agreement, device, described, this.nonce);
    this.#agreement = said.agreement;
    return { description, ...onWire(said.signed) };
  }

  async hear(said: SignedDescription, type: "offer" | "answer"): Promise<void> {
    const described = await describedFacts(webCrypto, said.description);
    const [transcript, signature] = [bytesOf(said.transcript), bytesOf(said.signature)];
    const signed = { transcript, signature };
    const checked = await hearDescription(webCrypto, this.#agreement, signed, described);
    if (checked.outcome !== "accepted") throw new Error(JSON.stringify(checked));
    this.#agreement = checked.agreement;
    await this.connection.setRemoteDescription({ type, sdp: said.description });
    await this.connection.addIceCandidate({ candidate: "candidate" });
  }

  /** As a page does when it opens its commitment. */
  open(nonce: Bytes = this.nonce): void {
    this.connection.channel.send(JSON.stringify({ type: "nonce", nonce: base64url(nonce) }));
  }

  /** What this end would compare, with the other end's nonce. */
  async emoji(otherNonce: Bytes): Promise<string[]> {
    const { root, facts } = this.#agreement;
    if (root === null) throw new Error("nothing is agreed");
    const callerNonce = facts.role === "caller" ? this.nonce : otherNonce;
    const { offer, nonce: calleeNonce } = root.transcript;
    const start = { offer, answer: root.hash, callerNonce, calleeNonce };
    return (await shortAuthenticationString(webCrypto, start)).map(({ word }) => word);
  }
}

async function addedTo(chain: ReadDeviceChain, by: DeviceSigner, device: DeviceSigner) {
  const statement = statementToAdd(chain, by.publicKey, device.publicKey);
  return { statement, signatures: [await by.sign(statement), await device.sign(statement)] };
}

function onWire({ transcript, signature }: { transcript: Bytes; signature: Bytes }) {
  return { transcript: base64url(transcript), signature: base64url(signature) };
}

function bytesOf(text: string): Bytes {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Error("an honest end wrote it");
  return bytes;
}

function wire(signed: { statement: Bytes; signatures: readonly Bytes[] }): DeviceStatement {
  return { statement: base64url(signed.statement), signatures: signed.signatures.map(base64url) };
}

function unwired({ statement, signatures }: DeviceStatement) {
  return { statement: bytesOf(statement), signatures: signatures.map(bytesOf) };
}
