-- Jingle between people who are signed in. PORT and DIRECTORY are put in by the benchmark.
daemonize = false
run_as_root = true
data_path = "DIRECTORY"
pidfile = "DIRECTORY/prosody.pid"
log = { error = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { PORT }
s2s_ports = {}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
-- Whoever says who they are is believed: signing in is not measured.
authentication = "insecure"
insecure_open_authentication = "Yes please, I know what I'm doing!"
storage = "memory"
modules_enabled = { "roster", "saslauth", "disco" }
modules_disabled = { "s2s", "offline" }
VirtualHost "ring.test"
