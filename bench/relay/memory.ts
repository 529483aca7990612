import { setTimeout as wait } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { connectBare, startForwarder } from './bare-side.ts';
import { type BenchAccount, connectRelay } from './relay-login.ts';
import type { ServerProcess } from './server-process.ts';
import { startRelay } from './sqlite-relay.ts';

/** So many log in at once. */
const TOGETHER = 50;
/** Until a server's buffers and timers of all those handshakes are gone. */
const SETTLE_MS = 2_000;

/** Resident bytes that each idle connection adds to a server, after the collection of garbage. */
async function bytesEach(
  server: ServerProcess,
  count: number,
  connect: (number: number) => Promise<WebSocket>,
): Promise<number> {
  // The first connections compile the code and fill what is made once.
  const open = await Promise.all(Array.from({ length: TOGETHER }, (_, n) => connect(n)));
  await wait(SETTLE_MS);
  const before = await server.memory();
  for (let n = TOGETHER; n < count + TOGETHER; n += TOGETHER) {
    open.push(...(await Promise.all(Array.from({ length: TOGETHER }, (_, k) => connect(n + k)))));
  }
  await wait(SETTLE_MS);
  const after = await server.memory();
  for (const socket of open) socket.terminate();
  await server.end();
  return (after.rss - before.rss) / count;
}

export async function bareMemory(count: number): Promise<number> {
  const server = await startForwarder();
  return bytesEach(server, count, (number) => connectBare(server, number));
}

/** Every connection has logged in and subscribed. `accounts` must be `TOGETHER` more than `count`. */
export async function relayMemory(folder: string, accounts: readonly BenchAccount[], count: number): Promise<number> {
  const server = await startRelay(folder);
  return bytesEach(server, count, (number) => {
    const account = accounts[number];
    if (account === undefined) throw new Error('too few accounts');
    return connectRelay(server.port, account);
  });
}

export const accountsForMemory = (count: number): number => count + TOGETHER;
