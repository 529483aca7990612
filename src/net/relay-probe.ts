import { amiss, type Finding, well } from '../finding.ts';
import { relayWarning } from '../relay-address.ts';
import { asSmchatError } from '../smchat-error.ts';
import { DEFAULT_BLOB_TIMING } from './blob-client.ts';
import { monotonicClock } from './heartbeat.ts';
import { createAgents, exchange } from './http-exchange.ts';
import { type RelayProxy, wayTo } from './proxy.ts';
import { DEFAULT_LINK_TIMING, RelayLink } from './relay-link.ts';
import { SUBPROTOCOL } from './wire/limits.ts';

/** Times in messages and the age of keys are told by clocks: so much may they differ. */
const CLOCK_MAX_MS = 60_000;

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: start it with smchat-relay, or check --relay',
  ENOTFOUND: 'its name is not known: check --relay and the network',
  EAI_AGAIN: 'no name can be looked up: check the network',
  ENETUNREACH: 'there is no network that leads there',
  EHOSTUNREACH: 'there is no network that leads there',
  CERT_HAS_EXPIRED: 'its certificate has expired: tell whoever runs it, and check this clock',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: NODE_EXTRA_CA_CERTS names a file to trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate has an unknown issuer: NODE_EXTRA_CA_CERTS names a file to trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate has an unknown issuer: NODE_EXTRA_CA_CERTS names a file to trust',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: check --relay',
};

/** Whether a relay answers at this address, in which version, and how far its clock is from this one. */
export async function probeRelay(
  url: string,
  proxy: RelayProxy | null,
  now: () => number,
): Promise<readonly Finding[]> {
  const way = wayTo(url, proxy).kind === 'proxy' ? ' through the proxy' : '';
  try {
    (await RelayLink.open(url, DEFAULT_LINK_TIMING, monotonicClock, proxy)).close();
  } catch (thrown) {
    const failure = asSmchatError(thrown);
    const code = codeOf(failure.cause);
    const advice = ADVICE[code ?? ''] ?? failure.hint;
    const known = code === null ? '' : ` (${code})`;
    return [amiss('relay', `${url}: ${failure.message}${known}: ${advice}`)];
  }
  const head = await askForTime(url, proxy, now);
  const version = /^smchat-relay\/(\d{1,4}(?:\.\d{1,4}){2})$/.exec(head?.server ?? '')?.[1];
  const program = version === undefined ? 'its own version it does not say' : `smchat-relay ${version}`;
  const reached = well('relay', `${url} answers${way}, ${SUBPROTOCOL}; ${program}`);
  return [reached, ...secrecyFindings(url), clockFinding(head)];
}

interface Head {
  readonly server: string;
  /** This clock before the other; null where it says no time. */
  readonly offMs: number | null;
}

async function askForTime(url: string, proxy: RelayProxy | null, now: () => number): Promise<Head | null> {
  const { protocol, host } = new URL(url);
  const asked = new URL(`${protocol === 'wss:' ? 'https' : 'http'}://${host}/readyz`);
  const agents = createAgents(DEFAULT_BLOB_TIMING, proxy);
  const began = now();
  const answer = await exchange(
    { method: 'GET', url: asked, headers: { connection: 'close' }, answerMaxBytes: 0 },
    () => 0,
    agents,
    DEFAULT_BLOB_TIMING,
    AbortSignal.timeout(DEFAULT_BLOB_TIMING.connectTimeoutMs),
  );
  if (answer === null) return null;
  const time = Date.parse(answer.headers.date ?? '');
  const server = String(answer.headers.server ?? '');
  // The header has whole seconds: half of one is the best guess for what it leaves out.
  return { server, offMs: Number.isNaN(time) ? null : (began + now()) / 2 - (time + 500) };
}

function secrecyFindings(url: string): readonly Finding[] {
  const warning = relayWarning(url);
  return warning === null ? [] : [amiss('tls', `${warning.sentence}: ${warning.hint}`)];
}

function clockFinding(head: Head | null): Finding {
  if (head === null || head.offMs === null) return well('clock', 'the relay does not say what time it is');
  const seconds = Math.round(Math.abs(head.offMs) / 1_000);
  if (Math.abs(head.offMs) <= CLOCK_MAX_MS) return well('clock', `within ${Math.max(1, seconds)} s of the relay's`);
  const sense = head.offMs > 0 ? 'before' : 'behind';
  return amiss('clock', `${seconds} s ${sense} the relay's: set it by NTP, or tell whoever runs the relay`);
}

/** The first system's or TLS's code in a chain of causes. */
function codeOf(cause: unknown): string | null {
  for (let at = cause, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}
