import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SmchatEvent } from '../../src/session/events.ts';
import { holdToSchema } from './json-schema.ts';
import { PROGRAMS } from './programs.ts';

/** A running `smchat rpc`. */
export interface RpcProcess {
  readonly pid: number;
  /** The method's result; rejects with its error, or when the process ends first. */
  call<T = unknown>(method: string, params?: object): Promise<T>;
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>;
  /** Ends stdin and waits for the end; gives the exit code. */
  end(): Promise<number | null>;
}

/** Starts `smchat --home HOME rpc`; `onEvent` hears every event notification. */
export function startRpc(home: string, onEvent: (event: SmchatEvent & { account: string }) => void): RpcProcess {
  const child: ChildProcess = spawn(process.execPath, [PROGRAMS.smchat, '--home', home, 'rpc'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout, pid } = child;
  if (stdin === null || stdout === null || pid === undefined) throw new Error('smchat rpc did not start');
  const pending = new Map<number, { method: string; resolve(value: unknown): void; reject(reason: Error): void }>();
  let nextId = 1;
  createInterface({ input: stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    holdToSchema('rpcAnswer', message);
    if (message.method === 'event') return onEvent(message.params);
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if (message.error !== undefined) {
      waiting?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
    } else if (waiting !== undefined) {
      holdToSchema(`method-${waiting.method}`, message.result);
      waiting.resolve(message.result);
    }
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      for (const { reject } of pending.values()) reject(new Error('the process ended'));
      pending.clear();
      resolve(code);
    });
  });
  stdin.on('error', () => {});
  return {
    pid,
    call<T>(method: string, params: object = {}) {
      const id = nextId++;
      return new Promise<T>((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null) return reject(new Error('the process ended'));
        pending.set(id, { method, resolve: (value) => resolve(value as T), reject });
        stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      });
    },
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    async end() {
      stdin.end();
      return exited;
    },
  };
}
