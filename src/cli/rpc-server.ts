import type { Readable, Writable } from 'node:stream';
import type { SmchatEvent } from '../session/events.ts';
import { jsonLine } from './json-line.ts';
import { LineSplitter, type SplitLine } from './line-splitter.ts';
import { PicturePages } from './picture-pages.ts';
import { type OpenAccount, present, type RpcCall, type RpcSession } from './rpc-method.ts';
import { isRpcMethod, RPC_METHODS } from './rpc-methods.ts';
import {
  errorMessage,
  errorOf,
  notification,
  parseRequest,
  RPC_ERROR,
  RPC_LINE_MAX_BYTES,
  type RpcRequest,
  resultMessage,
} from './rpc-protocol.ts';

/** So many requests of one peer are worked on at once; the next waits unread. */
export const RPC_OUTSTANDING_MAX = 64;
/** While a peer leaves this much unread, no further request of its is read. */
export const RPC_UNREAD_MAX_BYTES = 1024 * 1024;
/** A peer that leaves this much unread gets no further events. Above what may have waited for the first listener. */
export const RPC_EVENTS_UNREAD_MAX_BYTES = 32 * 1024 * 1024;

/** One JSON-RPC peer: reads its requests, writes answers and events, and holds neither without bound. */
export class RpcServer {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #session: RpcSession;
  readonly #timeoutMs: number;
  readonly #failed: (thrown: unknown) => void;
  readonly #subscriptions = new Map<string, () => void>();
  readonly #missed = new Map<string, number>();
  readonly #outstanding = new Set<Promise<void>>();
  readonly #pictures = new PicturePages();
  readonly #stopSignal: Promise<null>;
  #resolveStop: (value: null) => void = () => {};
  #stopped = false;
  #wake: () => void = () => {};

  constructor(options: {
    readonly input: Readable;
    readonly output: Writable;
    readonly session: RpcSession;
    readonly timeoutMs: number;
    /** Hears of what no method expected. */
    readonly failed: (thrown: unknown) => void;
  }) {
    this.#input = options.input;
    this.#output = options.output;
    this.#session = options.session;
    this.#timeoutMs = options.timeoutMs;
    this.#failed = options.failed;
    this.#stopSignal = new Promise((resolve) => {
      this.#resolveStop = resolve;
    });
    this.#output.on('drain', () => this.#drained());
    this.#output.on('error', () => this.stop());
    this.#output.on('close', () => this.stop());
    // What goes wrong with reading is seen where it is read.
    this.#input.on('error', () => {});
  }

  /** Serves until the peer ends its requests or `stop` is called; by then every answer is handed to the stream. */
  async run(): Promise<void> {
    const splitter = new LineSplitter(RPC_LINE_MAX_BYTES);
    const chunks = this.#input.iterator({ destroyOnReturn: false });
    try {
      while (!this.#stopped) {
        const next = chunks.next();
        next.catch(() => {});
        const read = await Promise.race([next, this.#stopSignal]);
        if (read === null) break;
        if (read.done === true) {
          await this.#take(splitter.end());
          break;
        }
        await this.#take(splitter.push(Buffer.isBuffer(read.value) ? read.value : Buffer.from(String(read.value))));
      }
    } catch (thrown) {
      if (!isDisconnect(thrown)) this.#failed(thrown);
    }
    await Promise.all(this.#outstanding);
    for (const account of [...this.#subscriptions.keys()]) this.#unsubscribe(account);
    this.#pictures.clear();
  }

  /** Reads no further request; `run` ends once those under way are answered. The streams are the caller's to close. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
    this.#resolveStop(null);
  }

  async #take(lines: readonly SplitLine[]): Promise<void> {
    for (const line of lines) {
      if (line.kind === 'line' && line.bytes.every((byte) => byte === 0x20 || byte === 0x0d)) continue;
      await this.#room();
      if (this.#stopped) return;
      const parsed = parseRequest(line);
      if (!parsed.ok) {
        this.#write(errorMessage(parsed.id, parsed.error));
        continue;
      }
      const work = this.#answer(parsed.request).finally(() => {
        this.#outstanding.delete(work);
        this.#wake();
      });
      this.#outstanding.add(work);
    }
  }

  async #room(): Promise<void> {
    while (!this.#stopped && (this.#outstanding.size >= RPC_OUTSTANDING_MAX || this.#full)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #answer(request: RpcRequest): Promise<void> {
    const { id } = request;
    try {
      if (!isRpcMethod(request.method)) {
        if (id !== undefined) {
          this.#write(errorMessage(id, { code: RPC_ERROR.methodNotFound, message: 'there is no such method' }));
        }
        return;
      }
      const result = await RPC_METHODS[request.method].call(this.#call, request.params);
      if (id !== undefined) this.#write(resultMessage(id, result));
    } catch (thrown) {
      const error = errorOf(thrown);
      if (error.data?.failure === 'internal') this.#failed(thrown);
      if (id !== undefined) this.#write(errorMessage(id, error));
    }
  }

  get #call(): RpcCall {
    return {
      session: this.#session,
      timeoutMs: this.#timeoutMs,
      pictures: this.#pictures,
      subscribe: (open, options) => this.#subscribe(open, options),
      unsubscribe: (account) => this.#unsubscribe(account),
      shutdown: () => this.stop(),
    };
  }

  #subscribe({ account, client }: OpenAccount, { max, only }: Parameters<RpcCall['subscribe']>[1] = {}): void {
    this.#unsubscribe(account);
    const options = present({ maxMessages: max, only });
    this.#subscriptions.set(
      account,
      client.subscribe((event) => this.#tell(account, event), options),
    );
  }

  #unsubscribe(account: string): void {
    this.#subscriptions.get(account)?.();
    this.#subscriptions.delete(account);
    this.#missed.delete(account);
  }

  get #full(): boolean {
    return this.#output.writableLength > RPC_UNREAD_MAX_BYTES;
  }

  get #overflowing(): boolean {
    return this.#output.writableLength > RPC_EVENTS_UNREAD_MAX_BYTES;
  }

  /** A peer too slow for its events loses them and is told how many: what they were about is in the history. */
  #tell(account: string, event: SmchatEvent): void {
    if (this.#overflowing || this.#missed.has(account)) this.#missed.set(account, (this.#missed.get(account) ?? 0) + 1);
    else this.#write(notification('event', { ...event, account }));
  }

  #drained(): void {
    for (const [account, missed] of this.#missed) {
      this.#write(notification('event', { event: 'overflow', missed, account }));
    }
    this.#missed.clear();
    this.#wake();
  }

  #write(message: object): void {
    if (!this.#output.destroyed && !this.#output.writableEnded) this.#output.write(jsonLine(message));
  }
}

function isDisconnect(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
