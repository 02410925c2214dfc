import { useEffect, useRef, type ReactNode } from "react";
import { useLocation } from "react-router";

interface PageHeadingProps {
  children: ReactNode;
  className?: string | undefined;
}

/** The page's h1. It takes the focus when its page was gone to, so that a screen reader follows. */
export function PageHeading({ children, className }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { key } = useLocation();
  useEffect(() => {
    // The router's first location has this key: the browser has then placed the focus itself.
    if (key !== "default") heading.current?.focus({ preventScroll: true });
  }, [key]);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  );
}
