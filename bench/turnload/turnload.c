/*
 * turnload - load generator and measuring tool for TURN servers (UDP).
 *
 * Sets up N pairs of TURN clients.  Every client is a UDP socket of its own
 * (its own 5-tuple) that makes one allocation with the long-term credential
 * mechanism (RFC 8656 / RFC 8489: Allocate -> 401 -> Allocate).  The two
 * clients of a pair then permit, and channel-bind to, EACH OTHER'S relayed
 * address, so every packet travels
 *
 *     client A -> server (A's allocation) -> server (B's allocation) -> client B
 *
 * which is the path of a call in which both parties use a relay.  After that
 * both directions of every pair carry ChannelData (or Send/Data indications,
 * -m send) either at a fixed rate (-r pps per direction) or as fast as
 * possible with a closed window (-W packets in flight per direction).
 *
 * It uses nothing beyond standard TURN and therefore works against any
 * conforming server.  With -D there is no server: the two sockets of a pair
 * send the same packets to each other, which says what the generator and the
 * kernel alone add to a latency.
 *
 * Build:  gcc -O2 -Wall -o turnload turnload.c -lcrypto -lpthread
 *
 * Usage:  turnload -s HOST:PORT[,HOST:PORT...] -n PAIRS [options]
 *         turnload -D -n PAIRS [options]
 *   -s list   servers; pair i uses entry i mod length
 *   -D        no server
 *   -n N      number of pairs (default 1)
 *   -t SEC    measured seconds (default 5);  -k SEC  warm-up before (default 1)
 *   -r PPS    open loop: packets per second and direction (default 50)
 *   -b N      ... sent in bursts of N back to back (default 1)
 *   -W N      closed loop: N packets in flight per direction (replaces -r)
 *   -z BYTES  application payload per packet, >= 32 (default 160)
 *   -m MODE   "channel" (ChannelData, default) or "send" (Send/Data indications)
 *   -u TMPL   user name template (default "%e:call-%c:%p"):
 *               %e expiry, Unix time (now + -E seconds)   %c pair number
 *               %p party, "a" or "b"   %P "0" or "1"   %% a percent sign
 *   -E SEC    life of the credential behind %e (default 3600)
 *   -S SECRET password = base64(HMAC-SHA1(SECRET, user name)), as coturn's
 *             use-auth-secret ("TURN REST API")
 *   -w PASS   fixed password (instead of -S)
 *   -L SEC    LIFETIME asked for (default 600)
 *   -l IP     local address to bind (default: any; with -D 127.0.0.1)
 *   -j N      generator threads (default 1)
 *   -F        add FINGERPRINT to requests
 *   -A        stay awake between packets. A sleeping receiver is woken by whoever
 *             sends to it: over loopback by the server, which is charged for it
 *   -P PIDS   comma-separated pids of the server: also report its CPU use
 *             (all threads, /proc/PID/task/ * /schedstat, /proc/PID/stat)
 *   -J        print one JSON line only
 *
 * Result: packets delivered per second, loss, one-way latency (client to
 * client through the server; the clients share a clock) p50/p99/max, set-up
 * time, and with -P the CPU seconds per million delivered packets.
 * "Loss" counts packets SENT inside the measured interval which did not
 * arrive up to 0.5 s after it.  "achieved" below the asked rate means the
 * generator itself was the bottleneck; such a run says nothing of the server.
 * Misrouted or corrupted payloads are counted and make the exit status 3.
 * Exit status: 0 ok, 1 set-up failed, 2 usage, 3 wrong payloads seen.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------ STUN */
enum { BATCH = 32, MTU = 2048, MAXSRV = 64, HDR = 20 };
enum { M_ALLOCATE = 3, M_REFRESH = 4, M_SEND = 6, M_DATA = 7, M_PERM = 8, M_CHAN = 9 };
enum { C_REQ = 0x000, C_IND = 0x010, C_OK = 0x100, C_ERR = 0x110 };
enum {
	A_USERNAME = 0x0006, A_INTEGRITY = 0x0008, A_ERROR = 0x0009, A_CHANNEL = 0x000C,
	A_LIFETIME = 0x000D, A_PEER = 0x0012, A_DATA = 0x0013, A_REALM = 0x0014,
	A_NONCE = 0x0015, A_RELAYED = 0x0016, A_TRANSPORT = 0x0019, A_FINGERPRINT = 0x8028,
};
#define COOKIE 0x2112A442u
#define CHAN_A 0x4001 /* number each client uses for its only channel */

typedef struct {
	struct sockaddr_storage ss;
	socklen_t len;
} addr_t;

typedef struct client {
	int fd;
	int pair, side; /* side 0 = a, 1 = b */
	struct client *peer;
	addr_t relayed;
	char user[256], realm[256], nonce[256];
	uint8_t key[16];
	int have_key;
	uint8_t tmpl[MTU]; /* a ready packet; only seq and time are filled in */
	int tmpl_len, payload_off;
	uint32_t seq, max_seq;
	int inflight;          /* closed loop: packets on the way to the peer */
	uint64_t last_progress;
	uint64_t due;          /* open loop: time of next burst */
} client_t;

typedef struct {
	uint64_t sent, recvd, late, misrouted, reordered, send_err, foreign, stale;
} counters_t;

/* log-linear histogram of nanoseconds: 32 steps per power of two */
enum { HSUB = 32, HBUCKETS = 64 * HSUB };

typedef struct {
	pthread_t th;
	client_t *cl; /* this thread's clients, both sides of a pair adjacent */
	int n;
	int ep;
	counters_t c;
	uint64_t hist[HBUCKETS], hmax;
	uint8_t rbuf[BATCH][MTU], sbuf[BATCH][MTU];
	struct mmsghdr rmsg[BATCH], smsg[BATCH];
	struct iovec riov[BATCH], siov[BATCH];
	double cpu;
} worker_t;

static struct {
	addr_t srv[MAXSRV];
	int nsrv, pairs, burst, window, size, send_mode, threads, lifetime, fp, json, direct, awake;
	double secs, warm, rate;
	long expiry_in;
	const char *tmpl, *secret, *pass, *local, *pids;
} o = { .pairs = 1, .burst = 1, .size = 160, .threads = 1, .lifetime = 600, .secs = 5,
	.warm = 1, .rate = 50, .expiry_in = 3600, .tmpl = "%e:call-%c:%p" };

static uint64_t t_start, t_meas, t_stop, t_drain; /* phases of the run (ns) */

static void die(int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("turnload: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(code);
}

static uint64_t now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void put16(uint8_t *p, unsigned v) { p[0] = v >> 8; p[1] = v; }
static void put32(uint8_t *p, uint32_t v) { put16(p, v >> 16); put16(p + 2, v & 0xffff); }
static int get16(const uint8_t *p) { return p[0] << 8 | p[1]; }
static uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }

static uint64_t rng_state;
static uint32_t rnd(void)
{
	rng_state ^= rng_state << 13; rng_state ^= rng_state >> 7; rng_state ^= rng_state << 17;
	return rng_state >> 16;
}

/* Message under construction: b[2..3] always holds the current length. */
typedef struct { uint8_t b[MTU]; int len; } msg_t;

static void m_begin(msg_t *m, int method, int cls)
{
	put16(m->b, method | cls);
	put16(m->b + 2, 0);
	put32(m->b + 4, COOKIE);
	for (int i = 0; i < 3; i++) put32(m->b + 8 + 4 * i, rnd());
	m->len = HDR;
}

static uint8_t *m_attr(msg_t *m, int type, const void *v, int n)
{
	uint8_t *p = m->b + m->len;
	put16(p, type);
	put16(p + 2, n);
	if (v) memcpy(p + 4, v, n);
	memset(p + 4 + n, 0, (4 - n % 4) % 4);
	m->len += 4 + (n + 3) / 4 * 4;
	put16(m->b + 2, m->len - HDR);
	return p + 4;
}

static void m_addr(msg_t *m, int type, const addr_t *a)
{
	uint8_t v[20] = { 0 };
	int n;
	if (a->ss.ss_family == AF_INET) {
		const struct sockaddr_in *s = (const void *)&a->ss;
		v[1] = 1;
		put16(v + 2, ntohs(s->sin_port));
		memcpy(v + 4, &s->sin_addr, 4);
		n = 8;
	} else {
		const struct sockaddr_in6 *s = (const void *)&a->ss;
		v[1] = 2;
		put16(v + 2, ntohs(s->sin6_port));
		memcpy(v + 4, &s->sin6_addr, 16);
		n = 20;
	}
	v[2] ^= 0x21; v[3] ^= 0x12;
	for (int i = 4; i < n; i++) v[i] ^= m->b[i]; /* cookie then transaction id */
	m_attr(m, type, v, n);
}

/* XOR address attribute of message b -> a; 0 when malformed */
static int parse_addr(const uint8_t *b, const uint8_t *v, int n, addr_t *a)
{
	uint8_t x[20];
	if (n != 8 && n != 20) return 0;
	memcpy(x, v, n);
	x[2] ^= 0x21; x[3] ^= 0x12;
	for (int i = 4; i < n; i++) x[i] ^= b[i];
	memset(a, 0, sizeof *a);
	if (v[1] == 1 && n == 8) {
		struct sockaddr_in *s = (void *)&a->ss;
		s->sin_family = AF_INET;
		s->sin_port = htons(get16(x + 2));
		memcpy(&s->sin_addr, x + 4, 4);
		a->len = sizeof *s;
	} else if (v[1] == 2 && n == 20) {
		struct sockaddr_in6 *s = (void *)&a->ss;
		s->sin6_family = AF_INET6;
		s->sin6_port = htons(get16(x + 2));
		memcpy(&s->sin6_addr, x + 4, 16);
		a->len = sizeof *s;
	} else return 0;
	return 1;
}

/* USERNAME, REALM, NONCE, MESSAGE-INTEGRITY and, if asked for, FINGERPRINT */
static void m_auth(msg_t *m, const client_t *c)
{
	if (c->have_key) {
		uint8_t mac[20];
		unsigned n = sizeof mac;
		m_attr(m, A_USERNAME, c->user, strlen(c->user));
		m_attr(m, A_REALM, c->realm, strlen(c->realm));
		m_attr(m, A_NONCE, c->nonce, strlen(c->nonce));
		put16(m->b + 2, m->len - HDR + 24);
		HMAC(EVP_sha1(), c->key, 16, m->b, m->len, mac, &n);
		m_attr(m, A_INTEGRITY, mac, 20);
	}
	if (o.fp) {
		put16(m->b + 2, m->len - HDR + 8);
		uint32_t crc = 0xffffffffu;
		for (int i = 0; i < m->len; i++) {
			crc ^= m->b[i];
			for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
		}
		uint8_t v[4];
		put32(v, ~crc ^ 0x5354554eu);
		m_attr(m, A_FINGERPRINT, v, 4);
	}
}

static const uint8_t *find_attr(const uint8_t *b, int len, int type, int *n)
{
	for (int i = HDR; i + 4 <= len;) {
		int t = get16(b + i), l = get16(b + i + 2);
		if (i + 4 + l > len) return NULL;
		if (t == type) { *n = l; return b + i + 4; }
		i += 4 + (l + 3) / 4 * 4;
	}
	return NULL;
}

static void attr_str(const uint8_t *b, int len, int type, char *out, size_t cap)
{
	int n;
	const uint8_t *v = find_attr(b, len, type, &n);
	if (v && (size_t)n < cap) { memcpy(out, v, n); out[n] = 0; }
}

static int is_stun(const uint8_t *b, int n)
{
	return n >= HDR && (b[0] & 0xc0) == 0 && get32(b + 4) == COOKIE && get16(b + 2) + HDR <= n;
}

/* ----------------------------------------------------------- credentials */
static void make_user(client_t *c)
{
	char *d = c->user, *end = c->user + sizeof c->user - 32;
	for (const char *s = o.tmpl; *s && d < end; s++) {
		if (*s != '%') { *d++ = *s; continue; }
		switch (*++s) {
		case 'e': d += sprintf(d, "%ld", (long)time(NULL) + o.expiry_in); break;
		case 'c': d += sprintf(d, "%d", c->pair); break;
		case 'p': *d++ = 'a' + c->side; break;
		case 'P': *d++ = '0' + c->side; break;
		case '%': *d++ = '%'; break;
		default: die(2, "bad user name template");
		}
	}
	*d = 0;
}

static void make_key(client_t *c)
{
	char pass[256], all[1024];
	if (o.secret) {
		uint8_t mac[20];
		unsigned n = sizeof mac;
		HMAC(EVP_sha1(), o.secret, strlen(o.secret), (uint8_t *)c->user, strlen(c->user), mac, &n);
		EVP_EncodeBlock((uint8_t *)pass, mac, 20);
	} else snprintf(pass, sizeof pass, "%s", o.pass ? o.pass : "");
	int n = snprintf(all, sizeof all, "%s:%s:%s", c->user, c->realm, pass);
	unsigned l = 16;
	EVP_Digest(all, n, c->key, &l, EVP_md5(), NULL);
	c->have_key = 1;
}

/* ----------------------------------------------------- set-up (blocking) */
/* Body of a request; the transaction id is new on every call. */
static void build(client_t *c, int method, int lifetime, msg_t *m)
{
	uint8_t v[4] = { 0 };
	m_begin(m, method, C_REQ);
	switch (method) {
	case M_ALLOCATE:
		v[0] = 17; /* UDP */
		m_attr(m, A_TRANSPORT, v, 4);
		put32(v, lifetime);
		m_attr(m, A_LIFETIME, v, 4);
		break;
	case M_REFRESH:
		put32(v, lifetime);
		m_attr(m, A_LIFETIME, v, 4);
		break;
	case M_CHAN:
		put16(v, CHAN_A);
		m_attr(m, A_CHANNEL, v, 4);
		/* fall through */
	case M_PERM:
		m_addr(m, A_PEER, &c->peer->relayed);
		break;
	}
	m_auth(m, c);
}

/* Takes realm/nonce out of a 401/438; error code or 0 */
static int on_error(client_t *c, const uint8_t *b, int len)
{
	int n, code = 0;
	const uint8_t *v = find_attr(b, len, A_ERROR, &n);
	if (v && n >= 4) code = (v[2] & 7) * 100 + v[3];
	if (code == 401 || code == 438) {
		attr_str(b, len, A_REALM, c->realm, sizeof c->realm);
		attr_str(b, len, A_NONCE, c->nonce, sizeof c->nonce);
		make_key(c);
	}
	return code;
}

/* One request/answer, with retransmission and the 401/438 retries.  0 = ok. */
static int transact(client_t *c, int method, int lifetime, int *code)
{
	*code = 0;
	for (int round = 0; round < 3; round++) {
		msg_t m;
		uint8_t b[MTU];
		int got = 0, n = 0;
		build(c, method, lifetime, &m);
		for (int try = 0; try < 6 && !got; try++) {
			uint64_t until = now_ns() + (200000000ull << try);
			if (send(c->fd, m.b, m.len, 0) < 0 && errno != ECONNREFUSED) return -1;
			while (!got) {
				int64_t left = (int64_t)(until - now_ns()) / 1000000;
				struct pollfd p = { c->fd, POLLIN, 0 };
				if (left <= 0 || poll(&p, 1, left) <= 0) break;
				n = recv(c->fd, b, sizeof b, 0);
				if (n > 0 && is_stun(b, n) && !memcmp(b + 8, m.b + 8, 12)) got = 1;
			}
		}
		if (!got) { *code = -1; return -1; }
		if ((get16(b) & 0x110) == C_OK) {
			int l;
			const uint8_t *v = find_attr(b, n, A_RELAYED, &l);
			if (method == M_ALLOCATE && (!v || !parse_addr(b, v, l, &c->relayed))) return -1;
			return 0;
		}
		*code = on_error(c, b, n);
		if (*code != 401 && *code != 438) return -1;
	}
	return -1;
}

static void open_local(client_t *c, int family, const char *local)
{
	int sz = 1 << 20;
	c->fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0) die(1, "socket: %s", strerror(errno));
	setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &sz, sizeof sz);
	setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &sz, sizeof sz);
	if (local) {
		struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST }, *ai;
		if (getaddrinfo(local, "0", &hints, &ai)) die(2, "bad local address");
		if (bind(c->fd, ai->ai_addr, ai->ai_addrlen)) die(1, "bind: %s", strerror(errno));
		freeaddrinfo(ai);
	}
}

static void connect_to(client_t *c, const addr_t *to)
{
	if (connect(c->fd, (const void *)&to->ss, to->len)) die(1, "connect: %s", strerror(errno));
}

static void open_socket(client_t *c)
{
	const addr_t *srv = &o.srv[c->pair % o.nsrv];
	open_local(c, srv->ss.ss_family, o.local);
	connect_to(c, srv);
}

/* -D: the two sockets of a pair hear each other and nobody else */
static void open_pair_directly(client_t *a, client_t *b)
{
	const char *local = o.local ? o.local : "127.0.0.1";
	int family = strchr(local, ':') ? AF_INET6 : AF_INET;
	client_t *both[] = { a, b };
	addr_t own[2];
	for (int i = 0; i < 2; i++) {
		open_local(both[i], family, local);
		own[i].len = sizeof own[i].ss;
		if (getsockname(both[i]->fd, (void *)&own[i].ss, &own[i].len))
			die(1, "getsockname: %s", strerror(errno));
	}
	connect_to(a, &own[1]);
	connect_to(b, &own[0]);
}

static void set_up(client_t *c, int method)
{
	int code, bad = transact(c, method, o.lifetime, &code);
	/* 437 Allocation Mismatch: the server still holds an allocation of an
	 * earlier run for this 5-tuple; take another local port. */
	for (int i = 0; i < 20 && bad && method == M_ALLOCATE && code == 437; i++) {
		close(c->fd);
		open_socket(c);
		bad = transact(c, method, o.lifetime, &code);
	}
	if (bad)
		die(1, "pair %d side %c: method %d failed, code %d (user %s)", c->pair, 'a' + c->side,
			method, code, c->user);
}

/* ------------------------------------------------------------- data path */
/* Payload: "TLD1" pair(4) side(4) seq(4) time_ns(8) zeros */
static void make_template(client_t *c)
{
	uint8_t *p = c->tmpl;
	if (o.send_mode) {
		msg_t m;
		m_begin(&m, M_SEND, C_IND);
		m_addr(&m, A_PEER, &c->peer->relayed);
		c->payload_off = m_attr(&m, A_DATA, NULL, o.size) - m.b;
		memset(m.b + c->payload_off, 0, o.size);
		memcpy(p, m.b, m.len);
		c->tmpl_len = m.len;
	} else {
		put16(p, CHAN_A);
		put16(p + 2, o.size);
		memset(p + 4, 0, o.size);
		c->payload_off = 4;
		c->tmpl_len = 4 + o.size;
	}
	p += c->payload_off;
	memcpy(p, "TLD1", 4);
	put32(p + 4, c->pair);
	put32(p + 8, c->side);
}

static void send_packets(worker_t *w, client_t *c, int n)
{
	while (n > 0) {
		int k = n < BATCH ? n : BATCH, done = 0;
		uint64_t t = now_ns();
		for (int i = 0; i < k; i++) {
			uint8_t *q = w->sbuf[i], *p = q + c->payload_off;
			memcpy(q, c->tmpl, c->tmpl_len);
			put32(p + 12, ++c->seq);
			memcpy(p + 16, &t, 8);
			w->siov[i].iov_len = c->tmpl_len;
		}
		if (k == 1) done = send(c->fd, w->sbuf[0], c->tmpl_len, 0) > 0;
		else done = sendmmsg(c->fd, w->smsg, k, 0);
		if (done < 0) done = 0;
		if (done < k) w->c.send_err += k - done;
		if (t >= t_meas && t < t_stop) w->c.sent += k; /* unsent ones count as lost */
		c->inflight += done;
		n -= k;
	}
}

static void hist_add(worker_t *w, uint64_t ns)
{
	if (ns > w->hmax) w->hmax = ns;
	if (ns < HSUB) ns = HSUB;
	int e = 63 - __builtin_clzll(ns);
	w->hist[e * HSUB + ((ns >> (e - 5)) & (HSUB - 1))]++;
}

static void payload_in(worker_t *w, client_t *c, const uint8_t *p, int n, uint64_t t)
{
	if (n != o.size || memcmp(p, "TLD1", 4) || get32(p + 4) != (uint32_t)c->pair ||
		get32(p + 8) != (uint32_t)c->peer->side) {
		w->c.misrouted++;
		return;
	}
	uint32_t seq = get32(p + 12);
	uint64_t sent;
	memcpy(&sent, p + 16, 8);
	if (seq < c->max_seq) w->c.reordered++;
	else c->max_seq = seq;
	if (sent >= t_meas && sent < t_stop) {
		w->c.recvd++;
		hist_add(w, t - sent);
	}
	if (c->peer->inflight > 0) c->peer->inflight--;
	c->peer->last_progress = t;
}

static void stun_in(worker_t *w, client_t *c, const uint8_t *b, int n, uint64_t t)
{
	int type = get16(b), l;
	if (type == (M_DATA | C_IND)) {
		const uint8_t *v = find_attr(b, n, A_DATA, &l);
		if (v) payload_in(w, c, v, l, t);
		return;
	}
	if ((type & 0x110) == C_ERR) { /* answer to a refresh below */
		int code = on_error(c, b, n), method = type & 0xf;
		if (code == 438) {
			msg_t m;
			w->c.stale++;
			build(c, method, o.lifetime, &m);
			send(c->fd, m.b, m.len, 0);
		}
	}
}

static void read_socket(worker_t *w, client_t *c)
{
	for (;;) {
		int k = recvmmsg(c->fd, w->rmsg, BATCH, MSG_DONTWAIT, NULL);
		if (k <= 0) return;
		uint64_t t = now_ns();
		for (int i = 0; i < k; i++) {
			uint8_t *b = w->rbuf[i];
			int n = w->rmsg[i].msg_len;
			if (n >= 4 && get16(b) == CHAN_A && get16(b + 2) + 4 <= n)
				payload_in(w, c, b + 4, get16(b + 2), t);
			else if (is_stun(b, n)) stun_in(w, c, b, n, t);
			else w->c.foreign++;
		}
		if (o.window && c->peer) { /* refill what arrived */
			client_t *p = c->peer;
			if (t < t_stop && p->inflight < o.window) send_packets(w, p, o.window - p->inflight);
		}
		if (k < BATCH) return;
	}
}

/* Keep permissions (300 s), channels (600 s) and the allocation alive. */
static void refresh_all(worker_t *w)
{
	static const int methods[] = { M_REFRESH, M_PERM, M_CHAN };
	for (int i = 0; i < w->n; i++)
		for (int k = 0; k < 3; k++) {
			msg_t m;
			if (methods[k] == M_CHAN && o.send_mode) continue;
			build(&w->cl[i], methods[k], o.lifetime, &m);
			send(w->cl[i].fd, m.b, m.len, 0);
		}
}

static void *run_worker(void *arg)
{
	worker_t *w = arg;
	struct epoll_event ev[256];
	uint64_t period = o.window ? 0 : (uint64_t)(1e9 * o.burst / o.rate);
	uint64_t refresh = t_start + 120000000000ull, check = t_start;
	int cur = 0;

	prctl(PR_SET_TIMERSLACK, 1000UL);
	for (int i = 0; i < BATCH; i++) {
		w->riov[i] = (struct iovec){ w->rbuf[i], MTU };
		w->rmsg[i].msg_hdr = (struct msghdr){ .msg_iov = &w->riov[i], .msg_iovlen = 1 };
		w->siov[i] = (struct iovec){ w->sbuf[i], 0 };
		w->smsg[i].msg_hdr = (struct msghdr){ .msg_iov = &w->siov[i], .msg_iovlen = 1 };
	}
	for (int i = 0; i < w->n; i++) /* equal periods: the order of due times never changes */
		w->cl[i].due = t_start + (uint64_t)((double)period * i / w->n);
	for (;;) {
		uint64_t t = now_ns();
		int64_t wait = 1000000;
		if (t >= t_drain) break;
		if (t >= refresh && !o.direct) { refresh_all(w); refresh += 120000000000ull; }
		if (o.window) {
			if (t >= check && t < t_stop) { /* start, and restart after losses */
				for (int i = 0; i < w->n; i++) {
					client_t *c = &w->cl[i];
					if (c->inflight && t - c->last_progress < 200000000ull) continue;
					c->inflight = 0;
					c->last_progress = t;
					send_packets(w, c, o.window);
				}
				check = t + 50000000ull;
			}
		} else if (t < t_stop) {
			int budget = 256; /* look at the sockets in between */
			while (w->cl[cur].due <= t && budget--) {
				client_t *c = &w->cl[cur];
				if (t - c->due > 20000000ull) w->c.late += o.burst;
				if (t - c->due > 200000000ull) c->due = t; /* give up the backlog */
				send_packets(w, c, o.burst);
				c->due += period;
				cur = cur + 1 == w->n ? 0 : cur + 1;
			}
			wait = (int64_t)(w->cl[cur].due - t);
			if (wait < 0) wait = 0;
			if (wait > 1000000) wait = 1000000;
		}
		struct timespec ts = { 0, o.awake ? 0 : wait };
		int k = epoll_pwait2(w->ep, ev, 256, &ts, NULL);
		for (int i = 0; i < k; i++) read_socket(w, ev[i].data.ptr);
	}
	struct timespec cpu;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	w->cpu = cpu.tv_sec + cpu.tv_nsec / 1e9;
	return NULL;
}

/* ------------------------------------------------------- CPU of the server */
typedef struct { double total, user, sys; } cpu_t;

static cpu_t server_cpu(void)
{
	cpu_t r = { 0, 0, 0 };
	char list[512], path[600], *save = NULL;
	if (!o.pids) return r;
	snprintf(list, sizeof list, "%s", o.pids);
	for (char *p = strtok_r(list, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		snprintf(path, sizeof path, "/proc/%s/task", p);
		DIR *d = opendir(path);
		if (!d) die(1, "no process %s", p);
		for (struct dirent *e; (e = readdir(d));) {
			unsigned long long ns;
			if (e->d_name[0] == '.') continue;
			snprintf(path, sizeof path, "/proc/%s/task/%.20s/schedstat", p, e->d_name);
			FILE *f = fopen(path, "r");
			if (f && fscanf(f, "%llu", &ns) == 1) r.total += ns / 1e9;
			if (f) fclose(f);
		}
		closedir(d);
		snprintf(path, sizeof path, "/proc/%s/stat", p);
		FILE *f = fopen(path, "r");
		unsigned long u = 0, s = 0;
		char line[1024], *q;
		if (f && fgets(line, sizeof line, f) && (q = strrchr(line, ')')) &&
			sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s) == 2) {
			r.user += (double)u / sysconf(_SC_CLK_TCK);
			r.sys += (double)s / sysconf(_SC_CLK_TCK);
		}
		if (f) fclose(f);
	}
	return r;
}

/* -------------------------------------------------------------------- main */
static void parse_servers(char *s)
{
	char *save = NULL;
	for (char *p = strtok_r(s, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		char *colon = strrchr(p, ':');
		struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *ai;
		if (!colon || o.nsrv == MAXSRV) die(2, "server must be HOST:PORT");
		*colon = 0;
		if (*p == '[') { p++; p[strcspn(p, "]")] = 0; }
		if (getaddrinfo(p, colon + 1, &hints, &ai)) die(2, "cannot resolve %s", p);
		memcpy(&o.srv[o.nsrv].ss, ai->ai_addr, ai->ai_addrlen);
		o.srv[o.nsrv++].len = ai->ai_addrlen;
		freeaddrinfo(ai);
	}
}

static double percentile(const uint64_t *h, double q)
{
	uint64_t total = 0, sum = 0;
	for (int i = 0; i < HBUCKETS; i++) total += h[i];
	for (int i = 0; i < HBUCKETS; i++)
		if ((sum += h[i]) >= q * total && total)
			return ((1ull << i / HSUB) + ((double)(i % HSUB) + .5) * (1ull << i / HSUB) / HSUB) / 1e3;
	return 0;
}

static void sleep_until(uint64_t t)
{
	struct timespec ts = { t / 1000000000ull, t % 1000000000ull };
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR) { }
}

int main(int argc, char **argv)
{
	int opt;
	while ((opt = getopt(argc, argv, "s:n:t:k:r:b:W:z:m:u:E:S:w:L:l:j:FP:JDA")) != -1)
		switch (opt) {
		case 's': parse_servers(optarg); break;
		case 'n': o.pairs = atoi(optarg); break;
		case 't': o.secs = atof(optarg); break;
		case 'k': o.warm = atof(optarg); break;
		case 'r': o.rate = atof(optarg); break;
		case 'b': o.burst = atoi(optarg); break;
		case 'W': o.window = atoi(optarg); break;
		case 'z': o.size = atoi(optarg); break;
		case 'm': o.send_mode = !strcmp(optarg, "send"); break;
		case 'u': o.tmpl = optarg; break;
		case 'E': o.expiry_in = atol(optarg); break;
		case 'S': o.secret = optarg; break;
		case 'w': o.pass = optarg; break;
		case 'L': o.lifetime = atoi(optarg); break;
		case 'l': o.local = optarg; break;
		case 'j': o.threads = atoi(optarg); break;
		case 'F': o.fp = 1; break;
		case 'P': o.pids = optarg; break;
		case 'J': o.json = 1; break;
		case 'D': o.direct = 1; break;
		case 'A': o.awake = 1; break;
		default: die(2, "unknown option; see the head of turnload.c");
		}
	if (!o.nsrv == !o.direct || (o.direct && o.send_mode) || o.pairs < 1 || o.size < 32 || o.size > 1600 || o.burst < 1 || o.rate <= 0 ||
		o.threads < 1 || o.window < 0)
		die(2, "usage: turnload (-s HOST:PORT | -D) -n PAIRS [-S SECRET] ...; see the head of turnload.c");
	if (o.threads > o.pairs) o.threads = o.pairs;
	rng_state = (now_ns() ^ (uint64_t)getpid() << 32) | 1;
	struct rlimit rl;
	getrlimit(RLIMIT_NOFILE, &rl);
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);

	int n = o.pairs * 2;
	client_t *cl = calloc(n, sizeof *cl);
	worker_t *ws = calloc(o.threads, sizeof *ws);
	if (!cl || !ws) die(1, "out of memory");

	uint64_t t0 = now_ns();
	for (int i = 0; i < n; i++) {
		client_t *c = &cl[i];
		c->pair = i / 2;
		c->side = i & 1;
		c->peer = &cl[i ^ 1];
		if (o.direct) continue;
		open_socket(c);
		make_user(c);
		set_up(c, M_ALLOCATE);
	}
	for (int i = 0; o.direct && i < n; i += 2) open_pair_directly(&cl[i], &cl[i + 1]);
	for (int i = 0; i < n; i++) {
		if (!o.direct) {
			set_up(&cl[i], M_PERM);
			if (!o.send_mode) set_up(&cl[i], M_CHAN);
		}
		make_template(&cl[i]);
	}
	double setup = (now_ns() - t0) / 1e9;

	t_start = now_ns() + 20000000ull;
	t_meas = t_start + (uint64_t)(o.warm * 1e9);
	t_stop = t_meas + (uint64_t)(o.secs * 1e9);
	t_drain = t_stop + 500000000ull;
	for (int k = 0, at = 0; k < o.threads; k++) {
		worker_t *w = &ws[k];
		int pairs = o.pairs / o.threads + (k < o.pairs % o.threads);
		w->cl = cl + at;
		w->n = pairs * 2;
		at += w->n;
		w->ep = epoll_create1(EPOLL_CLOEXEC);
		for (int i = 0; i < w->n; i++) {
			struct epoll_event e = { .events = EPOLLIN, .data.ptr = &w->cl[i] };
			epoll_ctl(w->ep, EPOLL_CTL_ADD, w->cl[i].fd, &e);
		}
		if (pthread_create(&w->th, NULL, run_worker, w)) die(1, "pthread_create failed");
	}
	sleep_until(t_meas);
	cpu_t a = server_cpu();
	uint64_t ta = now_ns();
	sleep_until(t_stop);
	cpu_t b = server_cpu();
	double wall = (now_ns() - ta) / 1e9, gen = 0;
	counters_t c = { 0 };
	static uint64_t hist[HBUCKETS];
	uint64_t hmax = 0;
	for (int k = 0; k < o.threads; k++) {
		worker_t *w = &ws[k];
		pthread_join(w->th, NULL);
		uint64_t *d = (uint64_t *)&c, *s = (uint64_t *)&w->c;
		for (size_t i = 0; i < sizeof c / 8; i++) d[i] += s[i];
		for (int i = 0; i < HBUCKETS; i++) hist[i] += w->hist[i];
		if (w->hmax > hmax) hmax = w->hmax;
		gen += w->cpu;
	}
	for (int i = 0; !o.direct && i < n; i++) { /* give the allocations back */
		int code;
		if (transact(&cl[i], M_REFRESH, 0, &code) && code < 0) break; /* no answer: leave it */
	}

	double loss = c.sent ? 100.0 * (1 - (double)c.recvd / c.sent) : 0;
	double want = o.window ? 0 : o.rate * n;
	double cpu = b.total - a.total, us = c.recvd ? cpu / c.recvd * 1e6 : 0;
	double u = b.user - a.user, s = b.sys - a.sys;
	if (o.json) {
		printf("{\"pairs\":%d,\"size\":%d,\"window\":%d,\"rate\":%g,\"burst\":%d,\"setup_s\":%.3f,"
			"\"sent_pps\":%.0f,\"asked_pps\":%.0f,\"recv_pps\":%.0f,\"loss_pct\":%.4f,"
			"\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"late\":%llu,\"reordered\":%llu,"
			"\"misrouted\":%llu,\"foreign\":%llu,\"send_err\":%llu,\"stale\":%llu,\"srv_cpu_pct\":%.1f,"
			"\"srv_us_per_pkt\":%.3f,\"srv_sys_share\":%.3f,\"gen_cpu_s\":%.2f}\n",
			o.pairs, o.size, o.window, o.window ? 0 : o.rate, o.burst, setup, c.sent / o.secs, want,
			c.recvd / o.secs, loss, percentile(hist, .5), percentile(hist, .99), hmax / 1e3,
			(unsigned long long)c.late, (unsigned long long)c.reordered,
			(unsigned long long)c.misrouted, (unsigned long long)c.foreign,
			(unsigned long long)c.send_err, (unsigned long long)c.stale, 100 * cpu / wall, us,
			u + s > 0 ? s / (u + s) : 0, gen);
	} else {
		printf("set-up      %d allocations in %.3f s (%.0f/s)\n", n, setup, n / setup);
		printf("sent        %.0f pps", c.sent / o.secs);
		if (want) printf(" of %.0f asked%s", want, c.sent / o.secs < .99 * want ? "  GENERATOR BOUND" : "");
		printf("\ndelivered   %.0f pps, %.1f Mbit/s of payload\n", c.recvd / o.secs,
			c.recvd / o.secs * o.size * 8 / 1e6);
		printf("loss        %.4f %%  (send errors %llu)\n", loss, (unsigned long long)c.send_err);
		printf("one-way     p50 %.1f us  p99 %.1f us  max %.1f us\n", percentile(hist, .5),
			percentile(hist, .99), hmax / 1e3);
		printf("odd         late %llu, reordered %llu, misrouted %llu, foreign %llu, stale nonces %llu\n",
			(unsigned long long)c.late, (unsigned long long)c.reordered,
			(unsigned long long)c.misrouted, (unsigned long long)c.foreign,
			(unsigned long long)c.stale);
		if (o.pids)
			printf("server CPU  %.1f %%  = %.3f CPU-s per million packets (%.0f %% in the kernel)\n",
				100 * cpu / wall, us, u + s > 0 ? 100 * s / (u + s) : 0);
		printf("generator   %.2f CPU-s\n", gen);
	}
	for (int i = 0; i < n; i++) close(cl[i].fd);
	free(cl);
	free(ws);
	return c.misrouted ? 3 : 0;
}
