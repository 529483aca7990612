// The built interface over a real vault with many messages: opening the chat, keys, pages back, memory.
import { randomBytes } from 'node:crypto';
import { messageId } from '../src/crypto/bytes.ts';
import { Password } from '../src/session/password.ts';
import { createHome } from '../src/store/home.ts';
import { messageRecord } from '../test/store/vault-fixture.ts';
import { startRelay } from '../test/support/relay-process.ts';
import {
  echoes,
  endProgram,
  type Owner,
  pause,
  registerOwners,
  residentMiB,
  unlockInterface,
} from './interface-seat.ts';
import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';

const OPENINGS = 5;
const KEYS = 150;
const PAGES = 40;
const BATCH = 10_000;
const YEAR_MS = 365 * 86_400_000;

const OPENING: Bound = { of: 'ours', at: 'most', must: 100, aim: 50 };
const TYPING: Bound = { of: 'ours', at: 'most', must: 16, aim: 9 };
const PAGING: Bound = { of: 'ours', at: 'most', must: 43, aim: 16 };
const MEMORY: Bound = { of: 'ours', at: 'most', must: 150, aim: 120 };

/** Puts messages into a closed account's vault, as its history would have grown over a year. */
async function fill({ name, home }: Owner, chat: string, count: number): Promise<void> {
  const vault = await createHome(home).open(name, new Password(`password of ${name}`));
  try {
    const contact = vault.contacts.byName(chat);
    if (contact === null) throw new Error('no such chat');
    const start = Date.now() - YEAR_MS;
    for (let from = 0; from < count; from += BATCH) {
      vault.transaction(() => {
        for (let at = from; at < Math.min(count, from + BATCH); at++) {
          const sentAt = start + Math.floor((at * YEAR_MS) / count);
          vault.messages.insert(
            messageRecord(contact.contactId, {
              messageId: messageId(new Uint8Array(randomBytes(16))),
              direction: 'out',
              status: 'read',
              text: `what was said, number ${at + 1} of many`,
              sentAt,
              receivedAt: sentAt,
              sequence: BigInt(at + 1),
            }),
          );
        }
      });
    }
  } finally {
    vault.close();
  }
}

/** What one start of the interface over this account shows; `last` is the newest message's number. */
async function measure(ann: Owner, last: number) {
  const newest = new RegExp(`number ${last} of many`);
  const openings: number[] = [];
  for (let round = 1; round < OPENINGS; round++) {
    const screen = await unlockInterface(ann);
    openings.push(await opening(screen, newest));
    await endProgram(screen);
  }
  const screen = await unlockInterface(ann);
  try {
    openings.push(await opening(screen, newest));
    const keys = await echoes(screen, counted(KEYS));
    const pages: number[] = [];
    for (let page = 0; page < PAGES; page++) {
      const before = screen.text();
      const start = performance.now();
      screen.send('\x1b[5~');
      await screen.until((seen) => seen.text() !== before);
      pages.push(performance.now() - start);
      await pause();
    }
    return { openings, keys, pages, memory: await residentMiB(screen.pid) };
  } finally {
    await endProgram(screen);
  }
}

async function opening(screen: Awaited<ReturnType<typeof unlockInterface>>, newest: RegExp): Promise<number> {
  const start = performance.now();
  screen.send('\r');
  await screen.until(newest);
  return performance.now() - start;
}

function counted(times: number): () => boolean {
  let left = times;
  return () => left-- > 0;
}

/** The cases with so many messages in one chat of the vault. */
export async function vaultCases(count: number): Promise<readonly BenchCase[]> {
  const relay = await startRelay();
  const owners = await registerOwners(relay.url);
  try {
    const { ann } = owners;
    await fill(ann, 'ben', count);
    const { openings, keys, pages, memory } = await measure(ann, count);
    const given = { bench: 'tui', unit: 'ms', peer: null } as const;
    const name = `${count} messages in the vault`;
    return [
      { ...given, case: `${name}: chat opened, slowest of ${OPENINGS}`, ours: percentile(openings, 1), bound: OPENING },
      { ...given, case: `${name}: key to screen, p95`, ours: percentile(keys, 0.95), bound: TYPING },
      { ...given, case: `${name}: a page back, p95`, ours: percentile(pages, 0.95), bound: PAGING },
      { ...given, unit: 'MiB', case: `${name}: memory after ${PAGES} pages`, ours: memory, bound: MEMORY },
    ];
  } finally {
    await owners.remove();
    await relay.dispose();
  }
}
