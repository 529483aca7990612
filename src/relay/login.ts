import { type AccountId, accountId } from '../crypto/bytes.ts';
import type { ClientFrame } from '../net/wire/client-frame.ts';
import { challengeFrame, welcomeFrame } from '../net/wire/handshake-frames.ts';
import { CLOSE_CODE, WIRE_VERSION } from '../net/wire/limits.ts';
import type { Connection } from './connection.ts';
import { failureCode } from './failure-code.ts';
import { answerProof, type Challenge, challenge } from './handshake.ts';
import { invitationHash } from './invitations.ts';
import { type RelayContext, STORE_RETRY_MS } from './relay-context.ts';
import type { CreateAccountResult } from './store.ts';

type FrameOf<Type> = Extract<ClientFrame, { readonly type: Type }>;
type HandshakeFrame = FrameOf<'hello' | 'auth' | 'register' | 'delete-account'>;
type ProofFrame = Exclude<HandshakeFrame, FrameOf<'hello'>>;

const PROOF_OF = { login: 'auth', register: 'register', delete: 'delete-account' } as const;
const DRAINING_RETRY_MS = 2_000;

/** HELLO, then one proof of its purpose, and nothing else before them (protocol.md, section 5). */
export function handleHandshakeFrame(connection: Connection, frame: HandshakeFrame, context: RelayContext) {
  const { phase } = connection;
  if (frame.type === 'hello') {
    if (phase.phase !== 'fresh') return connection.fail(frame.requestId, 'bad-frame', CLOSE_CODE.protocolError);
    return greet(connection, frame, context);
  }
  const expected = phase.phase === 'challenged' && PROOF_OF[phase.challenge.purpose] === frame.type;
  if (!expected) return connection.fail(frame.requestId, 'bad-frame', CLOSE_CODE.protocolError);
  connection.enter({ phase: 'proving' });
  prove(connection, phase.challenge, frame, context).catch((cause: unknown) => {
    context.log.error({ code: failureCode(cause) }, 'the store failed while a client authenticated');
    connection.fail(frame.requestId, 'store-unavailable', CLOSE_CODE.tryLater, STORE_RETRY_MS);
  });
}

/** The same challenge whether the account exists or not. */
function greet(connection: Connection, frame: FrameOf<'hello'>, context: RelayContext) {
  if (context.isDraining()) {
    return connection.fail(frame.requestId, 'draining', CLOSE_CODE.restart, DRAINING_RETRY_MS);
  }
  if (frame.body.version !== WIRE_VERSION) {
    return connection.fail(frame.requestId, 'version', CLOSE_CODE.protocolError);
  }
  const { purpose, clientEphemeral } = frame.body;
  if (purpose === 'register' && !connection.address.exempt) {
    const retryAfterMs = context.rates.registrations.take(connection.address.key, context.monotonic());
    if (retryAfterMs > 0) return connection.fail(frame.requestId, 'rate', CLOSE_CODE.tryLater, retryAfterMs);
  }
  const given = challenge({ purpose, clientEphemeral, accountId: accountId(frame.body.accountId) }, context.random(64));
  connection.enter({ phase: 'challenged', challenge: given });
  connection.send(
    challengeFrame.encode(frame.requestId, {
      relayKey: context.keyPair.publicKey,
      relayEphemeral: given.ephemeral.publicKey,
      nonce: given.nonce,
    }),
  );
}

async function prove(
  connection: Connection,
  given: Challenge,
  frame: ProofFrame,
  context: RelayContext,
): Promise<void> {
  const account = given.accountId;
  const accountKey = frame.type === 'register' ? frame.body.accountKey : await context.store.accountKey(account);
  const named = accountId(frame.body.accountId);
  const proof =
    accountKey === null || !Buffer.from(named).equals(account)
      ? null
      : answerProof(given, accountKey, context.keyPair, frame.body.proof);
  if (proof === null) return connection.fail(frame.requestId, 'unauthorised', CLOSE_CODE.unauthorised);
  switch (frame.type) {
    case 'auth': {
      const { previousToken: previous, nextToken: next } = frame.body;
      const exchanged = await context.store.exchangeToken(account, { previous, next });
      if (exchanged === null) return connection.fail(frame.requestId, 'unauthorised', CLOSE_CODE.unauthorised);
      const isNewest = await context.neighbours.arrive(account);
      if (!isNewest) return connection.replace();
      return welcome(connection, account, frame.requestId, { proof, copied: exchanged.copied }, context);
    }
    case 'register': {
      const outcome = await register(frame.body, context);
      if (outcome !== 'created') return connection.fail(frame.requestId, outcome, CLOSE_CODE.normal);
      return farewell(connection, frame.requestId, proof);
    }
    case 'delete-account': {
      const files = await context.store.deleteAccount(account, context.now());
      await context.blobs.removeFiles(files ?? []);
      context.presence.get(account)?.close(CLOSE_CODE.accountDeleted);
      context.neighbours.deleted(account);
      return farewell(connection, frame.requestId, proof);
    }
    default:
      return frame satisfies never;
  }
}

/** Without an invitation nobody learns which names are taken, where one is wanted. */
async function register(
  { proof: _, invitation, ...registration }: FrameOf<'register'>['body'],
  { store, invitations, now }: RelayContext,
): Promise<CreateAccountResult> {
  if (invitations === null) return store.createAccount(registration, now());
  const hash = invitation === undefined ? new Uint8Array(0) : invitationHash(invitation);
  if (invitation !== undefined) await invitations.handOver(hash, store, now());
  return store.createAccount(registration, now(), hash);
}

/** The newest connection wins; the older one is told why. */
function welcome(
  connection: Connection,
  account: AccountId,
  requestId: number,
  body: { readonly proof: Uint8Array; readonly copied: boolean },
  context: RelayContext,
): void {
  // Its socket may have ended while the store wrote.
  if (connection.phase.phase !== 'proving') {
    if (context.presence.get(account) === null) context.neighbours.leave(account);
    return;
  }
  // A copy that native code has not seen stays small: see `mapKey`.
  connection.enter({ phase: 'ready', account: accountId(new Uint8Array(account)), window: null });
  context.presence.enter(account, connection)?.replace();
  connection.send(welcomeFrame.encode(requestId, body));
}

function farewell(connection: Connection, requestId: number, proof: Uint8Array): void {
  connection.send(welcomeFrame.encode(requestId, { proof, copied: false }));
  connection.close(CLOSE_CODE.normal);
}
