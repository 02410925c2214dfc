/** What `ringfence --help` says. */
export const usage = `Ringfence: calls that never surprise you.

Usage: ringfence <command>

  start           the whole server: web app, API, calls, relay, database
  start --demo    the same for trying it out, with two people signed up, on this machine only
  doctor          looks at everything that a server needs, and says what is wrong; --json, and --push
                  to ask the push services too
  relay           a relay alone, for another machine or for measuring
  invite          a link with which one person may create an account
  invite --as @x  the same; whoever agrees and @x then follow each other
  suspend @x      shut the account of @x: it rings nobody, nobody rings it, nothing signs in to it
  unsuspend @x    open it again, with all that it had
  reset @x        a link with which @x, who lost password and devices, sets a new password
  reports         what people wrote to you about others; --close <id> closes one
  vouch @x        say that you vouch for @x; people may let vouched accounts ring them
  unvouch @x      say so no more
  backup <file>   everything of this server in one new file, while it runs
  restore <file>  that, into an empty DATA_DIR, also by a later version
  simulate --target https://calls.example.org
                  made-up people who sign up, write and call there, and what they and the server saw of
                  it. The server has to have the same ALLOW_SIMULATION as this. --people 50, --rate 1
                  (calls a second), --minutes 1, --media 0.05 (of the calls, with sound through the
                  relay), --mix default or answered, --seed 1, --invitation <link> where people come by
                  invitation, --metrics-token, --json; --clean removes what one left that was killed
  receipt check <file>
                  whether a receipt of a call holds, which somebody exported; it asks nobody; --json
  --help          this text
  --version       the version

In a checkout: npm start, npm start -- --demo, npx ringfence <command>.

Settings are environment variables, all optional, also read from a file .env in the current
directory. .env.example describes each of them.

  HOST              address to listen on (::, every address; with --demo 127.0.0.1)
  PORT              TCP and UDP port (8480)
  PUBLIC_ORIGIN     what people type, such as https://calls.example.org
  DATA_DIR          where everything is kept (./data; with --demo ./data-demo)
  ACME_DOMAIN       names to get a certificate for, over port 443 (none)
  ACME_EMAIL        where its authority may write to (none)
  ACME_DIRECTORY    another authority than Let's Encrypt
  TLS_CERT, TLS_KEY PEM files, both or none
  DATABASE_URL      keeps everything in a PostgreSQL instead (none)
  NATS_URL          joins several servers on one database (none)
  SIGN_UP           open, invite or closed (open on this machine, else invite)
  CALL_RECORD_DAYS  how long finished calls stand in a thread (30)
  TRUST_PROXY       1 behind a reverse proxy, or the addresses that it comes from (0)
  METRICS_TOKEN     who names it may read /metrics from another machine (none)
  ALLOW_SIMULATION  a code with which \`ringfence simulate\` may fill this server (none)
  PUSH_SERVICES     push services besides those of the browsers (none)
  RELAY_SECRET      shared with relays on other machines (made at the first start)
  RELAY_PUBLIC_URLS where browsers find the relay of this machine, of several
  RELAY_GROUP       a name for machines that are near to each other
  RELAY_URLS        TURN servers of another program, in place of every relay
  RELAY_DATA_PATH   automatic, batched or portable (automatic)
  RELAY_CONTROL     other servers that command the relay of this machine
  LOG_LEVEL         silent, fatal, error, warn, info, debug or trace (info)`;
