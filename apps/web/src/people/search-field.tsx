import { Icon } from "../controls/icon.tsx";
import styles from "./search-field.module.css";

interface SearchFieldProps {
  text: string;
  onChange: (text: string) => void;
}

export function SearchField({ text, onChange }: SearchFieldProps) {
  return (
    <label className={styles.search}>
      <Icon name="search" />
      <span className="visually-hidden">Find people by handle</span>
      <input
        type="search"
        className={styles.input}
        placeholder="Find people by @handle"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        maxLength={50}
      />
    </label>
  );
}
