import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import type { BlobAnswer, BlobPort } from '../../src/session/blob-port.ts';
import type { Message, SendResult } from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { RelayConnection, RelayPort } from '../../src/session/relay-port.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { withRelay } from '../relay/relay-fixture.ts';
import { type Person, type PersonPorts, person } from './people.ts';

type RelayOptions = Parameters<typeof withRelay>[0];

export interface Pair {
  readonly alice: Person;
  readonly bob: Person;
  readonly url: string;
  /** Where the relay keeps blobs. */
  readonly blobFolder: string;
}

/** Runs `scenario` with two people who have accepted each other, at a relay in this process. */
export async function withPair(
  options: { readonly alice?: PersonPorts; readonly bob?: PersonPorts; readonly relay?: RelayOptions },
  scenario: (pair: Pair) => Promise<void>,
): Promise<void> {
  await withRelay(options.relay ?? {}, async ({ url, blobFolder }) => {
    const people = await Promise.all([person('alice', url, options.alice), person('bob', url, options.bob)]);
    const [alice, bob] = people;
    try {
      await befriend(alice, bob);
      await scenario({ alice, bob, url, blobFolder });
    } finally {
      await Promise.all(people.map((each) => each.remove()));
    }
  });
}

/** Both are accepted contacts of each other afterwards. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await one.client.contact('add', other.name);
  await other.sees((event) => event.event === 'contact_request' && event.name === one.name, 'the request');
  await other.client.contact('accept', one.name);
  await one.sees(
    (event) => event.event === 'contact' && event.name === other.name && event.state === 'accepted',
    'the acceptance',
  );
}

/** An incoming message with a file of this name. */
export const messageWithFile = (name: string) => (event: SmchatEvent) =>
  event.event === 'message' && event.attachment?.name === name;

/** A message's file having come so far. */
export const transferOf = (id: string, state: 'running' | 'waiting' | 'complete' | 'failed') => (event: SmchatEvent) =>
  event.event === 'transfer' && event.id === id && event.state === state;

/** A message as a person's history has it now. */
export async function shown(who: Person, chat: string, id: string): Promise<Message> {
  const found = (await who.client.history(chat)).find((message) => message.id === id);
  if (found === undefined) throw new Error(`${who.name} has no message ${id}`);
  return found;
}

/** What lies in a person's blobs/ folder. */
export async function blobsOf(who: Person): Promise<readonly string[]> {
  return readdir(join(who.home, 'accounts', who.name, 'blobs'));
}

export interface Request {
  readonly kind: 'head' | 'upload' | 'download';
  readonly offset: number;
  readonly length: number;
  /** How many of its kind came before. */
  readonly number: number;
  readonly blobId: Uint8Array;
  readonly signal: AbortSignal;
}

/** A real blob port that a test watches and steers: what `intercept` gives is the answer; null lets it through. */
export function watchedBlobs(
  intercept: (request: Request) => Promise<BlobAnswer<never> | { ok: true; value: Uint8Array } | null> | null = () =>
    null,
): BlobPort & { readonly requests: readonly Request[] } {
  const real = createBlobPort();
  const requests: Request[] = [];
  async function seen(request: Omit<Request, 'number'>) {
    const number = requests.filter(({ kind }) => kind === request.kind).length;
    requests.push({ ...request, number });
    return intercept({ ...request, number });
  }
  const length = 0;
  return {
    requests,
    async uploadedBytes(url, grant, signal) {
      const answer = await seen({ kind: 'head', offset: 0, length, blobId: grant.blobId, signal });
      return answer?.ok === false ? answer : real.uploadedBytes(url, grant, signal);
    },
    async upload(url, grant, offset, piece, signal) {
      const answer = await seen({ kind: 'upload', offset, length: piece.length, blobId: grant.blobId, signal });
      return answer?.ok === false ? answer : real.upload(url, grant, offset, piece, signal);
    },
    async download(url, blob, offset, wanted, signal) {
      const answer = await seen({ kind: 'download', offset, length: wanted, blobId: blob.blobId, signal });
      return answer ?? real.download(url, blob, offset, wanted, signal);
    },
  };
}

/** Lets so many of a kind through; the next one never ends by itself. */
export function stoppingAfter(kind: Request['kind'], count: number): ReturnType<typeof watchedBlobs> {
  return watchedBlobs((request) =>
    request.kind === kind && request.number >= count ? untilAborted(request.signal) : null,
  );
}

/** The answer of a connection that hangs until it is given up. */
export function untilAborted(signal: AbortSignal): Promise<BlobAnswer<never>> {
  return new Promise((resolve) => {
    const end = () => resolve({ ok: false, reason: 'disconnected', retryAfterMs: 0 });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** A promise and what keeps it: for tests that let something happen at a moment of their choice. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Looks again with each turn of the event loop; rejects after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Resolves when so many requests of a kind were made. */
export async function asked(
  { requests }: { readonly requests: readonly Request[] },
  kind: Request['kind'],
  count: number,
): Promise<void> {
  await until(() => requests.filter((each) => each.kind === kind).length >= count, `${count} times ${kind}`);
}

/** Writes a file into a person's own folder. */
export async function fileOf(who: Person, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(who.folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Alice sends Bob a file. */
export async function sendFile(
  { alice }: Pair,
  name: string,
  bytes: Uint8Array,
  wait: 'queued' | 'sent' = 'sent',
): Promise<SendResult> {
  const attachment = { kind: 'file', path: await fileOf(alice, name, bytes) } as const;
  return alice.client.send({ name: 'bob', text: '', attachment, wait });
}

/** Bob has a file whole, and saves just these bytes. */
export async function arrived({ bob }: Pair, id: string, bytes: Uint8Array): Promise<void> {
  await bob.sees(transferOf(id, 'complete'), 'the file');
  const { path } = await bob.client.save(id);
  assert.deepEqual(new Uint8Array(await readFile(path)), new Uint8Array(bytes));
}

/** The real way to a relay, which a test can cut and mend. */
export function breakableRelay(): { readonly port: RelayPort; cut(): void; mend(): void } {
  const real = createRelayPort();
  let live: RelayConnection | null = null;
  let isCut = false;
  return {
    port: {
      ...real,
      async login(url, credentials, tokens, handlers) {
        if (isCut) throw new SmchatError('relay-unreachable');
        live = await real.login(url, credentials, tokens, handlers);
        return live;
      },
    },
    cut() {
      isCut = true;
      live?.close();
    },
    mend() {
      isCut = false;
    },
  };
}
