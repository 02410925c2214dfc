import { describe, expect, test } from "vitest";
import { pushServiceOf } from "./push-services.ts";

const named = ["https://push.local:8443", "https://push.example.org"];

describe("an endpoint is taken", () => {
  test.each([
    ["https://updates.push.services.mozilla.com/wpush/v2/abc", "Mozilla"],
    ["https://fcm.googleapis.com/fcm/send/abc", "Google"],
    ["https://jmt17.google.com/fcm/send/abc", "Google"],
    ["https://web.push.apple.com/abc", "Apple"],
    ["https://wns2-par02p.notify.windows.com/w/?token=abc", "Microsoft"],
    ["https://fcm.googleapis.com:443/fcm/send/abc", "Google"],
    ["https://FCM.googleapis.com/fcm/send/abc", "Google"],
  ])("%s: %s's", (endpoint, name) => {
    expect(pushServiceOf(endpoint, [])).toEqual({ name, isNamed: false });
  });

  test.each(["https://push.local:8443/abc", "https://push.example.org/abc"])(
    "%s, which the operator named",
    (endpoint) => {
      expect(pushServiceOf(endpoint, named)).toMatchObject({ isNamed: true });
      expect(pushServiceOf(endpoint, [])).toBeNull();
    },
  );
});

describe("an endpoint is refused", () => {
  test.each([
    ["plain HTTP", "http://fcm.googleapis.com/fcm/send/abc"],
    ["another scheme", "ftp://fcm.googleapis.com/abc"],
    ["another scheme", "file:///etc/passwd"],
    ["another port", "https://fcm.googleapis.com:8443/abc"],
    ["the port of another service", "https://fcm.googleapis.com:22/abc"],
    ["user information", "https://user:word@fcm.googleapis.com/abc"],
    ["a name before the host", "https://fcm.googleapis.com@evil.example/abc"],
    ["user information at a named one", "https://user@push.example.org/abc"],
    ["another host", "https://evil.example/fcm.googleapis.com"],
    ["a host that ends alike", "https://evilfcm.googleapis.com.evil.example/abc"],
    ["a host that ends alike without its dot", "https://evilpush.apple.com/abc"],
    ["a host below one that stands alone", "https://a.fcm.googleapis.com/abc"],
    ["the domain itself", "https://push.apple.com/abc"],
    ["another host of Apple's", "https://slow.push.apple.com/abc"],
    ["a host far below Microsoft's", "https://a.b.notify.windows.com/abc"],
    ["a host with a dot at its end", "https://fcm.googleapis.com./abc"],
    ["localhost", "https://localhost/abc"],
    ["this machine", "https://127.0.0.1/abc"],
    ["this machine in one number", "https://2130706433/abc"],
    ["this machine in octal", "https://0177.0.0.1/abc"],
    ["this machine over IPv6", "https://[::1]/abc"],
    ["a cloud's metadata", "https://169.254.169.254/latest/meta-data"],
    ["a cloud's metadata, mapped", "https://[::ffff:169.254.169.254]/latest/meta-data"],
    ["an address of the internet", "https://8.8.8.8/abc"],
    ["another port of a named one", "https://push.example.org:444/abc"],
    ["a named one over HTTP", "http://push.example.org/abc"],
    ["no address", "fcm.googleapis.com/fcm/send/abc"],
    ["nothing", ""],
  ])("%s: %s", (_why, endpoint) => {
    expect(pushServiceOf(endpoint, named)).toBeNull();
  });
});
