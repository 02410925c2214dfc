import type { Handle } from "@ringfence/protocol";
import { useState } from "react";
import { ListPane } from "../app/list-pane.tsx";
import styles from "./people-pane.module.css";
import { PeopleList } from "./people-list.tsx";
import { SearchField } from "./search-field.tsx";

/** @param open the person whose profile stands beside the list, where one does */
export function PeoplePane({ open }: { open: Handle | null }) {
  const [text, setText] = useState("");
  const startsWith = text.trim().replace(/^@/, "");
  return (
    <ListPane
      heading="People"
      isPage={open === null}
      top={<SearchField text={text} onChange={setText} />}
    >
      <h2 className={styles.of}>{startsWith === "" ? "People you follow" : "Found"}</h2>
      <PeopleList startsWith={startsWith} leadsTo="/people" open={open} />
    </ListPane>
  );
}
