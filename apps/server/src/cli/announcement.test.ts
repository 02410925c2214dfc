import { describe, expect, it } from "vitest";
import { type Environment, readConfig } from "../config.ts";
import { announcement } from "./announcement.ts";

function announced(environment: Environment): string {
  return announcement(readConfig(environment));
}

describe("what is said when everything runs", () => {
  it.each([
    [{}, "http://localhost:8480"],
    [{ HOST: "0.0.0.0", PORT: "80" }, "http://localhost"],
    [{ HOST: "127.0.0.1" }, "http://localhost:8480"],
    [{ HOST: "192.168.1.20" }, "http://192.168.1.20:8480"],
    [{ HOST: "fd00::20" }, "http://[fd00::20]:8480"],
    [{ TLS_CERT: "/c", TLS_KEY: "/k", PORT: "443" }, "https://localhost"],
    [{ PUBLIC_ORIGIN: "https://calls.example.org", TRUST_PROXY: "1" }, "https://calls.example.org"],
  ])("names the address that people open: %o", (environment, address) => {
    expect(announced(environment)).toContain(`Ringfence runs at ${address}\n`);
  });

  it("names the firewall's line and the need for HTTPS where others shall come in", () => {
    const text = announced({});
    expect(text).toContain("ufw allow 8480\n");
    expect(text).toContain("{ tcp, udp } th dport 8480 accept");
    expect(text).toContain("Browsers allow calls only over HTTPS");
  });

  it("names the build of the web app, which people can compare", () => {
    const text = announcement(readConfig({}), {}, "0123-4567-89ab-cdef-0123");
    expect(text).toContain("build 0123-4567-89ab-cdef-0123:");
    expect(announced({})).not.toContain("build");
  });

  it("does not speak of HTTPS where it is there", () => {
    expect(announced({ TLS_CERT: "/c", TLS_KEY: "/k" })).not.toContain("HTTPS");
  });

  it("says that the port stays open beside a reverse proxy", () => {
    const text = announced({ PUBLIC_ORIGIN: "https://calls.example.org", TRUST_PROXY: "1" });
    expect(text).toContain("behind a reverse proxy");
  });

  it("speaks of no firewall where nobody else can come in", () => {
    expect(announced({ HOST: "127.0.0.1" })).not.toContain("ufw");
  });

  it("says that the door is open, where it is and others can reach it", () => {
    const words = "Whoever reaches this address can create an account";
    const open = { SIGN_UP: "open" };
    expect(announced(open)).toContain(words);
    expect(announced({})).not.toContain(words);
    expect(announced({ ...open, HOST: "127.0.0.1" })).not.toContain(words);
  });

  it("has a link for the first account, and none once that is there", () => {
    const config = readConfig({});
    const path = "/join#secret";
    expect(announcement(config, { firstAccountPath: path })).toContain(
      "http://localhost:8480/join#secret\n",
    );
    expect(announcement(config)).not.toContain("/join#");
  });

  it("says what is lost where calls go over servers of another program", () => {
    const own = { RELAY_URLS: "turn:turn.example.org:3478", RELAY_SECRET: "a secret for tests" };
    expect(announced(own)).toContain("does not hear when a call ends");
    expect(announced({})).not.toContain("RELAY_URLS");
  });

  it("warns where people are invited but calls cannot reach them", () => {
    const text = announced({
      HOST: "127.0.0.1",
      PUBLIC_ORIGIN: "https://calls.example.org",
      TRUST_PROXY: "1",
    });
    expect(text).toContain("HOST=127.0.0.1 keeps calls on this machine");
  });
});
