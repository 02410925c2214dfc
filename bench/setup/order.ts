/**
 * In which order a call is set up.
 *
 * - `warm`: as it is. The callee's browser has its place at the relay before the tap.
 * - `plain`: the fallback, for browsers and calls in which nothing is prepared. The offer waits at the
 *   server, and the callee's browser begins at the tap.
 * - `naive`: nothing is begun before the tap, on either side. The offer is made after the accept.
 */
export type Order = "warm" | "plain" | "naive";

export const orders = ["warm", "plain", "naive"] as const satisfies readonly Order[];

declare global {
  interface Window {
    ringfenceOrder: Order;
  }
}

/**
 * For a page to run before its own scripts: makes of the client that is measured one of another order,
 * by what the server says to it and when. The client itself knows of no order but its own.
 */
export function keepOrder(): void {
  window.ringfenceOrder = "warm";

  interface Frame {
    sequence: number;
    isDelivery: boolean;
    message: { type: string };
  }

  /** The frames that a listener gets of one that came. Deliveries are counted: none may be missing. */
  const keepBack = (pass: (frame: Frame) => void) => {
    /** What makes a caller begin. */
    let ringing: Frame | null = null;
    return (frame: Frame) => {
      const { type } = frame.message;
      if (type === "prepare" && window.ringfenceOrder !== "warm") {
        pass({ ...frame, message: { type: "heartbeat" } });
      } else if (type === "ringing" && window.ringfenceOrder === "naive") {
        ringing = frame;
      } else {
        if (type === "accepted" && ringing !== null) {
          pass({ ...ringing, sequence: frame.sequence - (frame.isDelivery ? 1 : 0) });
          ringing = null;
        }
        pass(frame);
      }
    };
  };

  const Wrapped = WebSocket;
  window.WebSocket = class extends Wrapped {
    override addEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions,
    ): void {
      if (type !== "message" || typeof listener !== "function") {
        super.addEventListener(type, listener, options);
        return;
      }
      const take = keepBack((frame) =>
        listener.call(this, new MessageEvent("message", { data: JSON.stringify(frame) })),
      );
      super.addEventListener(
        "message",
        ({ data }) => take(JSON.parse(data as string) as Frame),
        options,
      );
    }
  };
}
