import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { dial, startForeign } from './foreign-server.ts';
import {
  connectPacket,
  MQTT,
  mqttReader,
  pubAckPacket,
  published,
  publishPacket,
  subscribePacket,
} from './mqtt-packets.ts';
import { DEAF, ENVELOPE_BYTES, type Side } from './side.ts';

const config = (folder: string, port: number): string => `
listener ${port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location ${folder}/
max_queued_messages 0
log_type error
log_dest stderr
`;

/** A client that is connected; `heard` is told of PUBLISH and PUBACK. */
async function connectClient(
  port: number,
  clientId: string,
  heard: (type: number, body: Buffer) => void,
): Promise<Socket> {
  const socket = await dial(port);
  await new Promise<void>((resolve) => {
    const read = mqttReader((type, body) => {
      if (type === MQTT.connAck || type === MQTT.subAck) resolve();
      else heard(type, body);
    });
    socket.on('data', read);
    socket.write(connectPacket(clientId));
  });
  return socket;
}

/** Pairs at mosquitto: QoS 1 both ways, persistent sessions, persistence as it comes. It acknowledges from memory. */
export async function startMosquittoSide(program: string, pairs: number): Promise<Side> {
  const server = await startForeign(program, (folder, port) => {
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(file, config(folder, port));
    return ['-c', file];
  });
  let hearing = DEAF;
  const senders: Socket[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const receiver: Socket = await connectClient(server.port, `to${pair}`, (type, body) => {
      if (type !== MQTT.publish) return;
      const { id, payload } = published(body);
      receiver.write(pubAckPacket(id));
      hearing.delivered(pair, payload.readDoubleBE(0));
    });
    receiver.write(subscribePacket(1, `mail/${pair}`));
    senders.push(
      await connectClient(server.port, `from${pair}`, (type) => {
        if (type === MQTT.pubAck) hearing.confirmed(pair);
      }),
    );
  }
  const payload = randomBytes(ENVELOPE_BYTES);
  let lastId = 0;
  return {
    send(pair) {
      payload.writeDoubleBE(performance.now(), 0);
      lastId = (lastId % 0xffff) + 1;
      senders[pair]?.write(publishPacket(lastId, `mail/${pair}`, payload));
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
