import { chmodSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import type { SmchatClient } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import { claimSocketPath, findSocket, releaseSocket, writeLock } from './account-lock.ts';
import { AccountSession } from './account-session.ts';
import { withDeadline } from './deadline.ts';
import { RpcClient } from './rpc-client.ts';
import { RpcServer } from './rpc-server.ts';
import type { AccountServer } from './served-client.ts';

/** So many processes may share one account at once. */
const CONNECTIONS_MAX = 64;
/** A peer that does not take its last answers for so long is cut off. */
const LINGER_MS = 1000;
/** What is still asked for so long after the account is gone gets no answer. */
const RETIREMENT_MS = 3000;

export interface ServedAccount {
  readonly account: string;
  /** The account's folder, private to this user. */
  readonly folder: string;
  readonly client: SmchatClient;
  readonly isPassword: (password: Password) => Promise<boolean>;
  readonly timeoutMs: number;
  readonly failed: (thrown: unknown) => void;
}

/**
 * Serves an account that this process has unlocked to this user's other processes. The vault is open here and so
 * nowhere else: whatever socket stands there is a killed process's. Bound before this returns.
 */
export function serveAccount(served: ServedAccount): AccountServer {
  // Node has no way to check who connects to a Windows pipe: there a second process is told `in-use`.
  if (process.platform === 'win32') return { stop() {}, async retire() {} };
  const connections = new Map<Socket, RpcServer>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const session = new AccountSession(served);
    const { timeoutMs, failed } = served;
    const peer = new RpcServer({ input: socket, output: socket, session, timeoutMs, failed });
    connections.set(socket, peer);
    socket.once('close', () => connections.delete(socket));
    void serveConnection(socket, peer);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('error', served.failed);
  const path = claimSocketPath(served.folder);
  // Nobody else may connect even between its making and the chmod.
  const umask = process.umask(0o077);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
  try {
    chmodSync(path, 0o600);
    writeLock(served.folder, { pid: process.pid, socket: path });
  } catch (thrown) {
    served.failed(thrown);
  }
  // Being reachable is no reason to live on.
  server.unref();
  const letGo = (): void => {
    server.close();
    releaseSocket(served.folder, path);
  };
  return {
    stop() {
      letGo();
      for (const socket of connections.keys()) socket.destroy();
    },
    async retire() {
      letGo();
      const closed = [...connections].map(([socket, peer]) => {
        peer.stop();
        return new Promise<void>((resolve) => socket.once('close', () => resolve()));
      });
      await withDeadline(Promise.all(closed), RETIREMENT_MS).catch(() => {});
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}

async function serveConnection(socket: Socket, peer: RpcServer): Promise<void> {
  await peer.run();
  socket.end();
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  socket.resume();
}

/** Connects to the process that serves the account in this folder; null where none does. */
export function attachAccount(folder: string): Promise<RpcClient | null> {
  const path = process.platform === 'win32' ? null : findSocket(folder);
  if (path === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const refused = (): void => resolve(null);
    socket.once('error', refused);
    socket.once('connect', () => {
      socket.off('error', refused);
      resolve(new RpcClient(socket));
    });
  });
}
