import type { CSSProperties } from "react";
import { hueOf, initialsOf } from "./avatar-look.ts";
import styles from "./avatar.module.css";

interface AvatarProps {
  of: { handle: string; displayName: string };
  size?: "small" | "medium" | "large" | "huge";
}

/** Initials on a ground whose hue comes from the handle. The name stands beside it as text. */
export function Avatar({ of, size = "medium" }: AvatarProps) {
  return (
    <span
      className={`${styles.avatar} ${styles[size]}`}
      style={{ "--hue": hueOf(of.handle) } as CSSProperties}
      aria-hidden="true"
    >
      {initialsOf(of.displayName, of.handle)}
    </span>
  );
}
