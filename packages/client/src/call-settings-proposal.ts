import type { CallSettings, CallSettingsChange, SettingsPreview } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import type { CallSettingsStore } from "./call-settings.ts";
import { ApiError } from "./errors.ts";
import { type Observable, Source } from "./observable.ts";

/**
 * A change of who may ring, on its way.
 *
 * - `looking`: the server is asked whom it concerns, or it is being saved.
 * - `asking`: more people could ring. Nothing changed yet: confirm or dismiss it.
 * - `done`: it took effect, and this is whom it concerned.
 */
export type Proposal =
  | { state: "looking"; change: CallSettingsChange }
  | { state: "asking"; change: CallSettingsChange; preview: SettingsPreview }
  | { state: "done"; preview: SettingsPreview };

/** Changes of who may ring that say whom they concern. One at a time. */
export interface CallSettingsProposals {
  readonly proposal: Observable<Proposal | null>;
  /**
   * Takes effect at once where nobody more could ring; else it waits for `confirm`. What is proposed
   * while another change waits is added to that one.
   *
   * @throws {ApiError} nothing changed
   */
  propose(change: CallSettingsChange): Promise<void>;
  /** Takes effect at once, and says whom it concerned. @throws {ApiError} nothing changed */
  changeAndTell(change: CallSettingsChange): Promise<void>;
  /** @throws {ApiError} it goes on waiting */
  confirm(): Promise<void>;
  dismiss(): void;
}

export class ProposalStore implements CallSettingsProposals {
  readonly #api: ApiClient;
  readonly #settings: CallSettingsStore;
  readonly #proposal = new Source<Proposal | null>(null);
  /** Counts what was proposed and dismissed: an answer about anything before is too late. */
  #version = 0;
  /** Resolves when the latest preview was answered, and never rejects. */
  #previewing: Promise<void> = Promise.resolve();

  constructor(api: ApiClient, settings: CallSettingsStore) {
    this.#api = api;
    this.#settings = settings;
    settings.snapshot.subscribe(() => void this.#lookAgain(settings.snapshot.get()));
  }

  get proposal(): Observable<Proposal | null> {
    return this.#proposal;
  }

  async propose(change: CallSettingsChange): Promise<void> {
    const waiting = this.#proposal.get();
    const before =
      waiting?.state === "asking" || waiting?.state === "looking" ? waiting.change : {};
    const whole = { ...before, ...change };
    const settings = this.#settings.snapshot.get();
    if (settings !== null && isNoChange(settings, whole)) return this.dismiss();
    return this.#look(whole, (preview) => preview.gained.count > 0);
  }

  async changeAndTell(change: CallSettingsChange): Promise<void> {
    return this.#look(change, () => false);
  }

  async confirm(): Promise<void> {
    const waiting = this.#proposal.get();
    if (waiting?.state !== "asking") return;
    try {
      await this.#apply(waiting.change, waiting.preview);
    } catch (error) {
      this.#proposal.set(waiting);
      throw error;
    }
  }

  dismiss(): void {
    this.#version += 1;
    this.#proposal.set(null);
  }

  async #look(
    change: CallSettingsChange,
    mustAsk: (preview: SettingsPreview) => boolean,
  ): Promise<void> {
    this.#version += 1;
    const version = this.#version;
    this.#proposal.set({ state: "looking", change });
    try {
      // One at a time: what was changed again meanwhile is worth no preview.
      await this.#previewing;
      if (version !== this.#version) return;
      const previewed = this.#api.request("previewCallSettings", { body: change });
      this.#previewing = previewed.then(ignore, ignore);
      const preview = await previewed;
      if (version !== this.#version) return;
      if (mustAsk(preview)) this.#proposal.set({ state: "asking", change, preview });
      else await this.#apply(change, preview);
    } catch (error) {
      if (version === this.#version) this.dismiss();
      throw error;
    }
  }

  async #apply(change: CallSettingsChange, preview: SettingsPreview): Promise<void> {
    this.#version += 1;
    const version = this.#version;
    this.#proposal.set({ state: "looking", change });
    await this.#settings.change(change);
    if (version === this.#version) this.#proposal.set({ state: "done", preview });
  }

  /** Another device may have changed the rules that a waiting proposal was held against. */
  async #lookAgain(settings: CallSettings | null): Promise<void> {
    if (settings === null) return this.dismiss();
    const waiting = this.#proposal.get();
    if (waiting?.state !== "asking") return;
    if (isNoChange(settings, waiting.change)) return this.dismiss();
    try {
      // What was not confirmed goes on asking, also where nobody more could ring by now.
      await this.#look(waiting.change, () => true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What waited is gone, and nothing changed.
    }
  }
}

function ignore(): void {}

/** The settings as they would be: what the controls show while a proposal waits. */
export function asProposed(settings: CallSettings, proposal: Proposal | null): CallSettings {
  if (proposal === null || proposal.state === "done") return settings;
  const named = Object.entries(proposal.change).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(named) };
}

function isNoChange(settings: CallSettings, change: CallSettingsChange): boolean {
  const proposed = asProposed(settings, { state: "looking", change });
  return JSON.stringify(proposed) === JSON.stringify(settings);
}
