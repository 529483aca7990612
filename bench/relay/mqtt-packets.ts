// As much of MQTT 3.1.1 as a client needs that speaks QoS 1 (OASIS standard, sections 2 and 3).

export const MQTT = { connAck: 2, publish: 3, pubAck: 4, subAck: 9 } as const;

const KEEP_ALIVE_S = 600;
const PROTOCOL = [...text('MQTT'), 4];
const QOS_1 = 0x02;

/** A session that outlives its connection: CleanSession is 0. */
export const connectPacket = (clientId: string): Buffer =>
  packet(0x10, Buffer.from([...PROTOCOL, 0, KEEP_ALIVE_S >> 8, KEEP_ALIVE_S & 0xff, ...text(clientId)]));

export const subscribePacket = (id: number, topic: string): Buffer =>
  packet(0x82, Buffer.from([...u16(id), ...text(topic), 1]));

export const publishPacket = (id: number, topic: string, payload: Uint8Array): Buffer =>
  packet(0x30 | QOS_1, Buffer.concat([Buffer.from([...text(topic), ...u16(id)]), payload]));

export const pubAckPacket = (id: number): Buffer => Buffer.from([0x40, 2, ...u16(id)]);

/** What a PUBLISH of QoS 1 says. */
export function published(body: Buffer): { readonly id: number; readonly payload: Buffer } {
  const at = 2 + body.readUInt16BE(0);
  return { id: body.readUInt16BE(at), payload: body.subarray(at + 2) };
}

/** Cuts a stream into packets; gives each one's type and body. */
export function mqttReader(heard: (type: number, body: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const length = remainingLength(rest);
      if (length === null || rest.length < length.end + length.value) return;
      const [first = 0] = rest;
      heard(first >> 4, rest.subarray(length.end, length.end + length.value));
      rest = rest.subarray(length.end + length.value);
    }
  };
}

function remainingLength(bytes: Buffer): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let at = 1; at < Math.min(bytes.length, 5); at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return null;
}

function packet(first: number, body: Buffer): Buffer {
  const head = [first];
  let left = body.length;
  do {
    head.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.from(head), body]);
}

function u16(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

function text(value: string): readonly number[] {
  return [...u16(value.length), ...Buffer.from(value, 'ascii')];
}
