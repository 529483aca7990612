import { mkdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { dial, startForeign } from './foreign-server.ts';
import { DEAF, ENVELOPE_BYTES, type Side } from './side.ts';

const HOST = 'localhost';
const PASSWORD = 'benchmark';
const RESOURCE = 'r';
const STREAM_MANAGEMENT = 'urn:xmpp:sm:3';
/** A stanza or what stream management says, whole; what goes before it is not wanted. */
const HEARD = /<message.*?<body>([^<]*)<\/body>.*?<\/message>|<(r) [^>]*>|<a [^>]*h=['"](\d+)['"][^>]*>/gs;

const config = (folder: string, port: number): string => `
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "saslauth", "disco", "roster", "offline", "smacks" }
modules_disabled = { "s2s", "tls" }
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
log = { { levels = { min = "error" }, to = "file", filename = "${folder}/prosody.log" } }
VirtualHost "${HOST}"
`;

/** Both as long as a message is elsewhere, though XML would need base64 for one: in Prosody's favour. */
const body = (): string => `${performance.now()} `.padEnd(ENVELOPE_BYTES, 'x');

async function answered(socket: Socket, request: string, by: RegExp): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let text = '';
    const hear = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!by.test(text) && !/<failure|type=['"]error|<stream:error/.test(text)) return;
      socket.off('data', hear);
      if (by.test(text)) resolve();
      else reject(new Error(`Prosody answered ${text}`));
    };
    socket.on('data', hear);
    socket.write(request);
  });
}

/** A client that is logged in, bound to a resource, with stream management (XEP-0198). */
async function connectClient(port: number, user: string): Promise<Socket> {
  const stream = `<?xml version='1.0'?><stream:stream to='${HOST}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  const credentials = Buffer.from(`\0${user}\0${PASSWORD}`).toString('base64');
  const socket = await dial(port);
  await answered(socket, stream, /<\/stream:features>/);
  await answered(
    socket,
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${credentials}</auth>`,
    /<success/,
  );
  await answered(socket, stream, /<\/stream:features>/);
  await answered(
    socket,
    `<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${RESOURCE}</resource></bind></iq>`,
    /<\/iq>/,
  );
  await answered(socket, `<enable xmlns='${STREAM_MANAGEMENT}'/>`, /<enabled[^>]*>/);
  return socket;
}

/** What a client with stream management hears: bodies of messages, requests for its count, and the server's count. */
function listen(
  socket: Socket,
  heard: { readonly body?: (text: string) => void; readonly count?: (stanzas: number) => void },
): void {
  let [rest, stanzas] = ['', 0];
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1');
    let end = 0;
    for (const match of rest.matchAll(HEARD)) {
      end = match.index + match[0].length;
      const [, text, request, count] = match;
      if (text !== undefined) {
        stanzas += 1;
        heard.body?.(text);
      }
      if (request !== undefined) socket.write(`<a xmlns='${STREAM_MANAGEMENT}' h='${stanzas}'/>`);
      if (count !== undefined) heard.count?.(Number(count));
    }
    rest = rest.slice(end);
  });
}

/**
 * Pairs at Prosody with stream management at both ends: the sender asks for the server's word after each message, the
 * receiver tells it what it has.
 */
export async function startProsodySide(program: string, pairs: number): Promise<Side> {
  const users = Array.from({ length: pairs }, (_, pair) => [`from${pair}`, `to${pair}`]).flat();
  const server = await startForeign(program, (folder, port) => {
    const file = join(folder, 'prosody.cfg.lua');
    const accounts = join(folder, 'data', HOST, 'accounts');
    writeFileSync(file, config(folder, port));
    mkdirSync(accounts, { recursive: true });
    for (const user of users) {
      writeFileSync(join(accounts, `${user}.dat`), `return { ["password"] = "${PASSWORD}"; };\n`);
    }
    return ['--config', file, '-F'];
  });
  let hearing = DEAF;
  const senders: Socket[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const [sender, receiver] = await Promise.all([
      connectClient(server.port, `from${pair}`),
      connectClient(server.port, `to${pair}`),
    ]);
    let confirmed = 0;
    listen(sender, {
      count(stanzas) {
        for (; confirmed < stanzas; confirmed++) hearing.confirmed(pair);
      },
    });
    listen(receiver, { body: (text) => hearing.delivered(pair, Number.parseFloat(text)) });
    senders.push(sender);
  }
  let lastId = 0;
  return {
    send(pair) {
      lastId += 1;
      senders[pair]?.write(
        `<message to='to${pair}@${HOST}/${RESOURCE}' id='${lastId}' type='chat'><body>${body()}</body></message><r xmlns='${STREAM_MANAGEMENT}'/>`,
      );
    },
    hear(heard) {
      hearing = heard;
    },
    cpuUs: async () => server.cpuUs(),
    async end() {
      for (const socket of senders) socket.destroy();
      await server.end();
    },
  };
}
