import type { Observable } from "../src/observable.ts";

/** Waits for a snapshot that fits. The test's own time limit ends a wait for nothing. */
export function until<T, S extends T>(
  observable: Observable<T>,
  fits: (value: T) => value is S,
): Promise<S>;
export function until<T>(observable: Observable<T>, fits: (value: T) => boolean): Promise<T>;
export function until<T>(observable: Observable<T>, fits: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const look = () => {
      const value = observable.get();
      if (!fits(value)) return;
      stop();
      resolve(value);
    };
    const stop = observable.subscribe(look);
    look();
  });
}
