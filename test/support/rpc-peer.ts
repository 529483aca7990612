import type { Duplex, Readable, Writable } from 'node:stream';

export interface RpcReply {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly method?: string;
  readonly params?: Record<string, unknown>;
}

/** The other end of a JSON-RPC connection, as a script would be it. */
export class RpcPeer {
  readonly #output: Writable;
  readonly #answers = new Map<unknown, (reply: RpcReply) => void>();
  readonly #events: Record<string, unknown>[] = [];
  readonly #stray: RpcReply[] = [];
  #look: () => void = () => {};
  #nextId = 1;
  #text = '';

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    input.on('data', (chunk: Buffer | string) => {
      this.#text += String(chunk);
      const lines = this.#text.split('\n');
      this.#text = lines.pop() ?? '';
      for (const line of lines) this.#receive(JSON.parse(line));
    });
  }

  static on(socket: Duplex): RpcPeer {
    return new RpcPeer(socket, socket);
  }

  write(text: string): void {
    this.#output.write(text);
  }

  call(method: string, params: object = {}): Promise<RpcReply> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  /** The next reply that no call waits for. */
  async stray(): Promise<RpcReply> {
    for (;;) {
      const reply = this.#stray.shift();
      if (reply !== undefined) return reply;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  /** The next event. */
  async event(): Promise<Record<string, unknown>> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  #receive(reply: RpcReply): void {
    const answer = this.#answers.get(reply.id);
    if (reply.method === 'event') this.#events.push(reply.params ?? {});
    else if (answer !== undefined) answer(reply);
    else this.#stray.push(reply);
    this.#look();
  }
}
