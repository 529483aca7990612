import assert from 'node:assert/strict';
import { LineSplitter, type SplitLine } from '../../../src/cli/line-splitter.ts';
import { decodeParams } from '../../../src/cli/rpc-params.ts';
import { errorOf, InvalidParams, isRecord, parseJson, parseRequest, RPC_ERROR } from '../../../src/cli/rpc-protocol.ts';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { answerKnown } from '../../../src/crypto/known-answers.ts';
import { ascii, type Target } from '../target.ts';

const LINE_MAX_BYTES = 64;
const SCHEMA = {
  account: 'text?',
  name: 'text',
  last: 'count?',
  before: 'whole?',
  timeout: 'seconds?',
  force: 'flag?',
  action: { words: ['add', 'remove'], optional: true },
} as const;
const JSON_PIECES = [
  ...['"jsonrpc":"2.0"', '"id":1', '"id":null', '"method":"send"', '"params":{}', '"__proto__":{}', '"toString"'],
  ...['{', '}', '[', ']', ',', ':', '\\u0000', '\\ud800', '1e999', '-0', '1e-400', 'null', 'true', '\n'],
].map(ascii);

function split(pieces: readonly Uint8Array[]): readonly SplitLine[] {
  const splitter = new LineSplitter(LINE_MAX_BYTES);
  return [...pieces.flatMap((piece) => splitter.push(Buffer.from(piece))), ...splitter.end()];
}

/** A stream of lines: the same ones however it is cut, none above the limit. */
export function lineStreams(): Target {
  return {
    name: 'line-stream',
    maxBytes: 1_000,
    seeds: () => [ascii('one\ntwo\n\nfour'), new Uint8Array(200).fill(0x61), ascii('\n'.repeat(20))],
    dictionary: [ascii('\n'), ascii('\r\n'), new Uint8Array(LINE_MAX_BYTES).fill(0x62)],
    run(input) {
      const whole = split([input]);
      const size = 1 + ((input[0] ?? 0) % 9);
      const pieces = Array.from({ length: Math.ceil(input.length / size) }, (_, i) =>
        input.slice(i * size, (i + 1) * size),
      );
      assert.deepEqual(split(pieces), whole);
      for (const line of whole) assert.ok(line.kind === 'too-long' || line.bytes.length <= LINE_MAX_BYTES);
      return [...new Set(whole.map(({ kind }) => kind))].sort().join(' ');
    },
  };
}

/** A line of JSON-RPC, its parameters, and the answer that it gets. */
export function rpcLines(): Target {
  const seeds = [
    '{"jsonrpc":"2.0","id":1,"method":"send","params":{"name":"bob","last":5,"force":true}}',
    '{"jsonrpc":"2.0","method":"history","params":{"name":"bob","timeout":1.5,"action":"add"}}',
    '{"jsonrpc":"2.0","id":"x","method":"lock","params":[1]}',
    '{"jsonrpc":"1.0","id":{},"method":7}',
    '[]',
    '"text"',
    '[[[[[[[[{}]]]]]]]]',
  ];
  return {
    name: 'rpc-line',
    maxBytes: 3_000,
    inputs: 4_000,
    seeds: () => seeds.map(utf8),
    dictionary: JSON_PIECES,
    run(input) {
      const parsed = parseRequest({ kind: 'line', bytes: Buffer.from(input) });
      if (!parsed.ok) {
        assert.ok(parsed.error.code <= RPC_ERROR.invalidRequest + 100);
        assert.ok(JSON.stringify({ id: parsed.id, error: parsed.error }).length < input.length + 200);
        return parsed.error.message;
      }
      const { method, params } = parsed.request;
      assert.equal(typeof method, 'string');
      try {
        const decoded: Readonly<Record<string, unknown>> = decodeParams(SCHEMA, params);
        assert.equal(typeof decoded.name, 'string');
        return 'a request';
      } catch (thrown) {
        assert.ok(thrown instanceof InvalidParams);
        assert.equal(errorOf(thrown).code, RPC_ERROR.invalidParams);
        return 'bad parameters';
      }
    },
  };
}

/** A known-answer question. */
export function knownAnswers(): Target {
  const hex = (bytes: number) => 'ab'.repeat(bytes);
  const seeds = [
    { alg: 'x25519', private: hex(32), public: hex(32) },
    { alg: 'hkdf-sha256', salt: '', ikm: hex(3), info: '', size: 40 },
    { alg: 'hmac-sha256', key: '', msg: '' },
    { alg: 'aes-256-gcm-seal', key: hex(32), iv: hex(12), aad: '', msg: hex(4) },
    { alg: 'aes-256-gcm-open', key: hex(32), iv: hex(12), aad: '', ct: hex(4), tag: hex(16) },
    { alg: 'xeddsa-verify', public: hex(32), msg: '', sig: hex(64) },
    { alg: 'xeddsa-sign', private: hex(32), msg: '', random: hex(64) },
    { alg: 'ml-kem-768-decaps', seed: hex(64), ct: hex(1088) },
    { alg: 'ml-kem-1024-encaps', ek: hex(1568), m: hex(32) },
    {
      alg: 'safety-number',
      version: 1,
      iterations: 3,
      local_id: hex(2),
      local_key: hex(33),
      remote_id: '',
      remote_key: '',
    },
  ];
  return {
    name: 'known-answer',
    maxBytes: 6_000,
    inputs: 600,
    seeds: () => seeds.map((question) => utf8(JSON.stringify(question))),
    dictionary: [...seeds.map(({ alg }) => ascii(`"${alg}"`)), ...JSON_PIECES, ascii('00'), ascii('"iterations":0')],
    run(input) {
      const question = parseJson(input);
      if (!isRecord(question)) return 'no question';
      // So many rounds are the question's wish and no fault.
      if (typeof question.iterations === 'number' && question.iterations > 5_200) return 'too many rounds';
      const answer = answerKnown(question);
      return answer.ok ? `answered ${String(question.alg)}` : 'refused';
    },
  };
}
