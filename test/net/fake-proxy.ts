import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface FakeProxy {
  readonly port: number;
  /** What each connection asked for, as it was asked: `name relay.test:80` or `address 192.0.2.1:80`. */
  readonly asked: readonly string[];
}

type Asked = (what: string) => void;

/** One request of SOCKS 5 without authentication, RFC 1928; gives what came behind it, null where it was none. */
function readSocks(socket: Socket, asked: Asked, lead: () => void): void {
  let state: 'greeting' | 'request' | 'open' = 'greeting';
  socket.on('data', (chunk: Buffer) => {
    if (state === 'greeting') {
      state = 'request';
      socket.write(Buffer.of(5, 0));
      return;
    }
    if (state === 'open') return;
    state = 'open';
    const [, , , kind = 0, length = 0] = chunk;
    const end = kind === 3 ? 5 + length : kind === 1 ? 8 : 20;
    const host =
      kind === 3 ? `name ${chunk.subarray(5, end).toString()}` : `address ${chunk.subarray(4, end).join('.')}`;
    asked(`${host}:${chunk.readUInt16BE(end)}`);
    socket.removeAllListeners('data');
    socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    lead();
  });
}

function readConnect(socket: Socket, asked: Asked, lead: () => void): void {
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    const [, target = ''] = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    asked(`name ${target}`);
    socket.removeAllListeners('data');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    lead();
  });
}

/** A proxy that leads every connection to one port of this machine, whatever name was asked for. */
export async function withProxy(
  kind: 'socks5' | 'http',
  port: number,
  scenario: (proxy: FakeProxy) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const read = kind === 'socks5' ? readSocks : readConnect;
    read(
      socket,
      (what) => asked.push(what),
      () => {
        const there = connect(port, '127.0.0.1');
        sockets.add(there);
        there.on('error', () => socket.destroy());
        there.on('close', () => socket.destroy());
        socket.on('close', () => there.destroy());
        socket.pipe(there).pipe(socket);
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    await scenario({ port: typeof address === 'object' && address !== null ? address.port : 0, asked });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
