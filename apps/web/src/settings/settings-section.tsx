import { useId, type ReactNode } from "react";
import styles from "./settings-section.module.css";

interface SettingsSectionProps {
  title: string;
  children: ReactNode;
}

/** Choices that belong together, under their own heading. */
export function SettingsSection({ title, children }: SettingsSectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 className={styles.title} id={id}>
        {title}
      </h2>
      {children}
    </section>
  );
}
