import styles from "./data-page.module.css";

/** What the server keeps of an account, and until when, in the words of people. */
export function KeptList() {
  return (
    <>
      <ul className={styles.kept}>
        <li>
          Until you delete your account: your handle, your display name, a hash of your password and
          of your recovery code, and the public half of your passkeys.
        </li>
        <li>
          Until you take it back: whom you follow, block, keep in your address book, gave a right to
          ring or said never, and your settings.
        </li>
        <li>
          Your messages, until you or the person you wrote with deletes their account. Whoever runs
          this server can read them: they are not end-to-end encrypted.
        </li>
        <li>
          Of each call: with whom, its kind, its start, its length, how it ended, and whether it was
          relayed or direct. You choose below for how long.
        </li>
        <li>
          For the rules of ringing: who rang whom (25 hours), when you last rang somebody (half a
          year), who asked to call (a week; the words go when it is answered), and who was not let
          through (30 days).
        </li>
        <li>
          Until you sign a device out, 180 days at most: its browser&apos;s name, when it signed in,
          when it was last used, and, where it rings with its page closed, the address that its
          browser&apos;s maker gave it.
        </li>
        <li>
          Which of your devices belong together, as they signed it themselves. The server cannot
          change that without being noticed.
        </li>
        <li>
          What you reported, until 30 days after whoever runs this server closed it, and links with
          which you invited somebody, for a week.
        </li>
      </ul>
      <p>It keeps no internet addresses, and neither sound nor pictures of any call.</p>
      <p>
        On this device alone, until you sign out here: its own key, whose key you compared, and the
        receipts of your calls.
      </p>
    </>
  );
}
