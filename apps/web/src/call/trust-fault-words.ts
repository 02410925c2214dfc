import type { TrustFault } from "@ringfence/client";

/** What did not fit, in a sentence, for somebody who has never heard of a fingerprint. */
export function trustFaultWords(fault: TrustFault, handle: string): string {
  switch (fault.type) {
    case "description":
      return descriptionWords(fault.fault, handle);
    case "identity":
      return identityWords(fault.fault, handle);
    case "device-removed":
      return `The device at the other end does not belong to @${handle} any more.`;
    case "certificate":
      return elsewhere(handle);
    case "nonce":
      return "The other end changed its part of the emoji after the fact.";
  }
}

type DescriptionFault = Extract<TrustFault, { type: "description" }>["fault"];

function descriptionWords(fault: DescriptionFault, handle: string): string {
  switch (fault) {
    case "malformed":
    case "wrong-role":
    case "wrong-signature":
    case "wrong-description":
      return `What arrived for this call is not what the device of @${handle} signed.`;
    case "wrong-fingerprint":
    case "fingerprint-changed":
      return elsewhere(handle);
    case "wrong-call":
    case "wrong-account":
    case "wrong-device":
    case "wrong-round":
    case "wrong-chain":
      return `What arrived for this call was signed for another one, or for an earlier moment.`;
    case "wrong-kind":
      return `You and @${handle} were told of different calls: one with picture and one without.`;
    case "wrong-route":
      return `You and @${handle} were told of different ways for this call: direct and relayed.`;
  }
}

type IdentityFault = Extract<TrustFault, { type: "identity" }>["fault"];

function identityWords(fault: IdentityFault, handle: string): string {
  switch (fault.type) {
    case "chain":
      return `The list of devices of @${handle} is not signed as it has to be.`;
    case "shorter":
      return `The server left out devices of @${handle} that it had shown before.`;
    case "forked":
      return `The server shows other devices of @${handle} than it did before.`;
  }
}

function elsewhere(handle: string): string {
  return `The connection led to another place than the device of @${handle}.`;
}
