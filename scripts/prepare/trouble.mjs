/** What the person at the keyboard can put right. The message says how, and stands alone. */
export class Trouble extends Error {}
