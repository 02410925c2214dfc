import type { Client } from "@ringfence/client";
import { createContext, useContext, type ReactNode } from "react";

const ClientContext = createContext<Client | null>(null);

export function ClientProvider({ client, children }: { client: Client; children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The browser's half of the program: the one place that decides. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("useClient stands outside of ClientProvider");
  return client;
}
