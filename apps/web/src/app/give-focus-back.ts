/**
 * A ref for what leaves the page by a button of its own, such as a question that was answered: the
 * focus then goes on at the page's heading, and not nowhere.
 */
export function giveFocusBack(element: HTMLElement | null): () => void {
  return () => {
    if (element?.contains(document.activeElement) !== true) return;
    // What comes in its place stands by then: the heading may be one of it.
    queueMicrotask(() => {
      if (document.activeElement === document.body) focusPage();
    });
  };
}

/** The heading of what can be used: the page, or the call that covers it. */
export function focusPage(): void {
  const heading =
    document.querySelector<HTMLElement>("main:not([inert]) h1") ??
    document.querySelector<HTMLElement>("section[aria-label=Call] h2");
  heading?.focus({ preventScroll: true });
}
