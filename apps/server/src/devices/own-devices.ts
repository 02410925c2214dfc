import type { IdentityKey, LinkSignature, OwnDevices } from "@ringfence/protocol";
import { listDevices, type OwnDevicesParts } from "../accounts/devices.ts";
import type { Login } from "../accounts/logins.ts";
import type { Reader, Write } from "../store/store.ts";
import { chainOf, generationOf, mayBeginChain } from "./device-chain.ts";

/** All that a device must know of its account's devices. */
export async function readOwnDevices(
  db: Reader,
  login: Login,
  parts: OwnDevicesParts,
): Promise<OwnDevices> {
  const { account } = login;
  const devices = await listDevices(db, login, parts);
  const asked = await db
    .selectFrom("device_key")
    .innerJoin("device", "device.id", "device_key.device_id")
    .select(["device_id", "link_signatures"])
    .where("device.account_id", "=", account)
    .execute();
  const signaturesOf = new Map(
    asked.map((row) => [row.device_id, JSON.parse(row.link_signatures) as LinkSignature[]]),
  );
  return {
    generation: await generationOf(db, account),
    chain: await chainOf(db, account),
    mayBegin: await mayBeginChain(db, account, parts.now()),
    devices: devices.map((device) => ({
      ...device,
      linkSignatures: device.isLinked ? [] : (signaturesOf.get(device.id) ?? []),
    })),
  };
}

/** The device has this key from now on; the others hear that it may want to be linked. */
export async function putDeviceKey(
  write: Write,
  { account, device }: Login,
  asked: { identityKey: IdentityKey; linkSignatures: readonly LinkSignature[] },
): Promise<void> {
  const row = {
    identity_key: asked.identityKey,
    link_signatures: JSON.stringify(asked.linkSignatures),
  };
  await write.db
    .insertInto("device_key")
    .values({ device_id: device, ...row })
    .onConflict((conflict) => conflict.column("device_id").doUpdateSet(row))
    .execute();
  write.deliver({ account, message: { type: "devices-changed" } });
}
