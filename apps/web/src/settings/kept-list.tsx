import styles from "./data-page.module.css";

const kept = [
  {
    what: "Your account",
    until: "until you delete it",
    more: "Handle, display name, settings, hashes of your password and recovery code, and the public half of your passkeys.",
  },
  {
    what: "Your people",
    until: "until you take it back",
    more: "Whom you follow, block, keep in your address book, gave a right to ring or said never.",
  },
  {
    what: "Your messages",
    until: "until you or the other person deletes their account",
    more: "Whoever runs this server can read them: they are not end-to-end encrypted.",
  },
  {
    what: "Your calls",
    until: "for as long as you choose below",
    more: "With whom, which kind, when, how long, how it ended, and whether it was relayed or direct.",
  },
  {
    what: "For the rules of ringing",
    until: "25 hours to half a year",
    more: "Who rang whom (25 hours), who asked to call (a week; the words until it is answered), who was not let through (30 days), and when you last rang somebody (half a year).",
  },
  {
    what: "Your devices",
    until: "until they sign out, 180 days at most",
    more: "The browser's name, when it signed in and was last used, and, where it rings with its page closed, the address that its browser's maker gave it.",
  },
  {
    what: "Which devices belong together",
    until: "until you delete your account",
    more: "Signed by the devices themselves: the server cannot change it without being noticed.",
  },
  {
    what: "Reports and invitations",
    until: "30 days after a report is closed; a week",
    more: "What you wrote to whoever runs this server, and links that nobody used.",
  },
];

/** What the server keeps of an account, and until when, in the words of people. */
export function KeptList() {
  return (
    <>
      <dl className={styles.kept}>
        {kept.map(({ what, until, more }) => (
          <div key={what} className={styles.item}>
            <dt>{what}</dt>
            <dd className={styles.until}>{until}</dd>
            <dd className={styles.more}>{more}</dd>
          </div>
        ))}
      </dl>
      <p>It keeps no internet addresses, and neither sound nor pictures of any call.</p>
      <p>
        On this device alone, until you sign out here: its own key, whose key you compared, and the
        receipts of your calls, for as long as the calls themselves.
      </p>
    </>
  );
}
