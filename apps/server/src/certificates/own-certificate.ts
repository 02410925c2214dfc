import type { Config } from "../config.ts";
import type { ReadinessCheck } from "../http/health.ts";
import type { Listening } from "../http/listen.ts";
import type { Logger } from "../logger.ts";
import { waitByClock } from "../push/wait.ts";
import { AcmeFolder } from "./acme-folder.ts";
import { acmeFolder } from "./acme-settings.ts";
import { CertificateKeeper } from "./certificate-keeper.ts";
import { ChallengeCertificates } from "./challenge-certificates.ts";

/** What a server that gets its certificate itself has to do with its port, before it is open and after. */
export interface OwnCertificate {
  readonly challenges: ChallengeCertificates;
  readonly readinessCheck: ReadinessCheck;
  /** Begins to ask for one, over the open port. */
  keep(listening: Listening): AsyncDisposable;
}

/** @returns undefined where the operator has it some other way */
export function ownCertificateOf(
  { acme, dataDirectory, port }: Config,
  { now, logger }: { now: () => number; logger: Logger },
): OwnCertificate | undefined {
  if (acme === undefined) return undefined;
  const challenges = new ChallengeCertificates();
  let keeper: CertificateKeeper | undefined;
  let open: Listening | undefined;
  return {
    challenges,
    readinessCheck: {
      name: "certificate",
      async check() {
        if (open?.hasCertificate === true) return null;
        const trouble = keeper?.trouble;
        return trouble === undefined ? "It is being asked for." : `There is none yet: ${trouble}.`;
      },
    },
    keep(listening) {
      open = listening;
      keeper = new CertificateKeeper({
        settings: acme,
        folder: new AcmeFolder(acmeFolder(dataDirectory, acme)),
        challenges,
        port,
        onRenewed: () => listening.readCertificateAgain(),
        now,
        wait: waitByClock,
        random: Math.random,
        log: logger,
      });
      return keeper;
    },
  };
}
