import type { Invitation, InvitationId, InvitationView, PersonView } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";

/** An invitation that was just made: the link is told this once. */
export interface NewInvitation {
  readonly invitation: Invitation;
  /** Address, such as `https://calls.example.org/join#token`. */
  readonly link: string;
}

/** Inviting people by links. Every method throws `ApiError`. */
export interface Invitations {
  create(): Promise<NewInvitation>;
  /** Those that nobody agreed to yet, the newest first. */
  list(): Promise<Invitation[]>;
  revoke(id: InvitationId): Promise<void>;
  /** Who invites. Works for somebody who is not signed in. */
  view(token: string): Promise<InvitationView>;
  /** @returns the inviter; null for an invitation of whoever runs the server */
  agree(token: string): Promise<PersonView | null>;
}

/** Invitations are asked for where they are shown: nothing of them is kept here. */
export class InvitationsAccess implements Invitations {
  readonly #api: ApiClient;
  readonly #origin: string;
  readonly #onPerson: (person: PersonView) => void;

  constructor(api: ApiClient, origin: string, onPerson: (person: PersonView) => void) {
    this.#api = api;
    this.#origin = origin;
    this.#onPerson = onPerson;
  }

  async create(): Promise<NewInvitation> {
    const { invitation, token } = await this.#api.request("createInvitation", { body: {} });
    return { invitation, link: `${this.#origin}/join#${token}` };
  }

  async list(): Promise<Invitation[]> {
    return (await this.#api.request("listInvitations", {})).invitations;
  }

  async revoke(invitationId: InvitationId): Promise<void> {
    await this.#api.request("revokeInvitation", { params: { invitationId } });
  }

  view(token: string): Promise<InvitationView> {
    return this.#api.request("viewInvitation", { body: { token } });
  }

  async agree(token: string): Promise<PersonView | null> {
    const { person } = await this.#api.request("agreeToInvitation", { body: { token } });
    if (person !== null) this.#onPerson(person);
    return person;
  }
}
