import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonLine } from '../../src/cli/json-line.ts';
import { LineSplitter, type SplitLine } from '../../src/cli/line-splitter.ts';
import { errorOf, parseRequest, RPC_LINE_MAX_BYTES } from '../../src/cli/rpc-protocol.ts';
import { SmchatError } from '../../src/smchat-error.ts';

const line = (text: string | Uint8Array): SplitLine => ({ kind: 'line', bytes: Buffer.from(text) });

function codeOf(text: string | Uint8Array): number | null {
  const parsed = parseRequest(line(text));
  return parsed.ok ? null : parsed.error.code;
}

test('takes a request with and without an id, and one without params', () => {
  assert.deepEqual(parseRequest(line('{"jsonrpc":"2.0","id":1,"method":"whoami","params":{"account":"a"}}')), {
    ok: true,
    request: { id: 1, method: 'whoami', params: { account: 'a' } },
  });
  assert.deepEqual(parseRequest(line('{"jsonrpc":"2.0","method":"x"}')), {
    ok: true,
    request: { method: 'x', params: {} },
  });
  const nullId = parseRequest(line('{"jsonrpc":"2.0","id":null,"method":"x"}'));
  assert.ok(nullId.ok && nullId.request.id === null);
});

test('answers what is malformed with the code JSON-RPC gives it', () => {
  for (const text of ['{', 'hello', '{"jsonrpc":"2.0",', new Uint8Array([0x22, 0xff, 0x22])]) {
    assert.equal(codeOf(text), -32700);
  }
  for (const text of [
    '[]',
    '1',
    'null',
    '"x"',
    '{}',
    '{"jsonrpc":"1.0","id":1,"method":"x"}',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","id":1,"method":3}',
    '{"jsonrpc":"2.0","id":{},"method":"x"}',
    '[{"jsonrpc":"2.0","id":1,"method":"x"}]',
  ]) {
    assert.equal(codeOf(text), -32600, text);
  }
  assert.equal(codeOf('{"jsonrpc":"2.0","id":1,"method":"x","params":[1]}'), -32602);
  assert.equal(codeOf('{"jsonrpc":"2.0","id":1,"method":"x","params":"y"}'), -32602);
});

test('tells the id of a refused request where it has one', () => {
  const parsed = parseRequest(line('{"jsonrpc":"2.0","id":"seven"}'));
  assert.ok(!parsed.ok && parsed.id === 'seven');
});

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      parseRequest(line(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      parseRequest(line(text));
    }),
  );
});

test('lines come out the same however the bytes were cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-zé€ ]{0,20}$/), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (texts, sizes) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const splitter = new LineSplitter(1000);
        const lines: SplitLine[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          lines.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        assert.deepEqual(
          lines.map((each) => (each.kind === 'line' ? each.bytes.toString() : each.kind)),
          texts,
        );
      },
    ),
  );
});

test('a line of exactly the limit passes, one byte more is told once and the next line is read', () => {
  const splitter = new LineSplitter(RPC_LINE_MAX_BYTES);
  const most = Buffer.alloc(RPC_LINE_MAX_BYTES, 'x');
  const lines = [
    ...splitter.push(Buffer.concat([most, Buffer.from('\n')])),
    ...splitter.push(most),
    ...splitter.push(Buffer.from('x')),
    ...splitter.push(most),
    ...splitter.push(Buffer.from('\nnext\n')),
  ];
  assert.deepEqual(
    lines.map((each) => (each.kind === 'line' ? each.bytes.length : each.kind)),
    [RPC_LINE_MAX_BYTES, 'too-long', 4],
  );
});

test('a failure becomes its exit code, its sentence, its name and its hint; what is unexpected tells nothing', () => {
  assert.deepEqual(errorOf(new SmchatError('wrong-password')), {
    code: 3,
    message: 'wrong password',
    data: { failure: 'wrong-password', hint: 'nothing was changed; try again' },
  });
  const unexpected = errorOf(new Error('secret text'));
  assert.equal(unexpected.code, 1);
  assert.ok(!JSON.stringify(unexpected).includes('secret'));
});

test('JSON lines escape what a terminal obeys and stay the same value', () => {
  const hostile = '\u0000\u001b\u007f\u009b\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\u061c\ufeff\u{e0041}é👩‍👩';
  const printed = jsonLine({ text: hostile });
  assert.ok(
    !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/.test(printed),
  );
  assert.ok(printed.includes('é👩‍👩'));
  assert.deepEqual(JSON.parse(printed), { text: hostile });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = jsonLine({ text });
      assert.deepEqual(JSON.parse(escaped), { text });
      assert.equal(escaped.indexOf('\n'), escaped.length - 1);
    }),
  );
});
