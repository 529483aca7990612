import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { parseTrustedProxies } from '../../src/relay/client-address.ts';
import { relayCommand } from '../../src/relay/command-line.ts';
import { refuseExposure, storeChoice } from '../../src/relay/relay-options.ts';

const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const dockerfile = text('deploy/Dockerfile');
const compose = text('deploy/compose.yaml');

/** The JSON array after an instruction of the image that runs. */
function instruction(name: string): readonly string[] {
  const line = dockerfile.split('\n').findLast((each) => new RegExp(`^${name}\\b.*\\[`).test(each)) ?? '';
  const words: unknown = JSON.parse(line.slice(line.indexOf('[')));
  assert.ok(Array.isArray(words) && words.every((word) => typeof word === 'string'), name);
  return words;
}

/** The options as the relay reads them; throws where it has no such option. */
function optionsOf(args: readonly string[]) {
  relayCommand.parse([...args], { from: 'user' });
  const options = relayCommand.opts();
  assert.ok(parseTrustedProxies(options.behindProxy) !== null, options.behindProxy);
  assert.doesNotThrow(() => refuseExposure(options.host, true));
  return options;
}

test('the image starts the program that is built, with options that it has, as a user without rights', () => {
  assert.deepEqual(instruction('ENTRYPOINT'), ['node', '/app/dist/smchat-relay.js']);
  const options = optionsOf(instruction('CMD'));
  assert.deepEqual([options.host, options.port, options.data], ['0.0.0.0', 50_007, '/data']);
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  assert.match(last, /\nUSER node\n/);
  assert.match(last, /\nEXPOSE 50007\n/);
  assert.ok(existsSync(new URL('../../LICENSE', import.meta.url)));
});

test('the image’s check of health asks for readiness and tells by its exit code', async () => {
  const [, program = '', ...args] = instruction('HEALTHCHECK').slice(0);
  const script = args[0] ?? '';
  assert.equal(program, '-e');
  let status = 200;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const exitCode = () =>
    new Promise<number | null>((resolve) => {
      const child = execFile(process.execPath, ['-e', script.replace('50007', String(port))], () =>
        resolve(child.exitCode),
      );
    });
  assert.equal(await exitCode(), 0);
  status = 503;
  assert.equal(await exitCode(), 1);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await exitCode(), 1);
  assert.deepEqual([...new Set(asked)], ['/readyz']);
});

test('the composition starts the relay on its database, which nobody else reaches', () => {
  const args = [...(/command:\n((?: {6}- --.*\n)+)/.exec(compose)?.[1] ?? '').matchAll(/- (--\S+)/g)].map(
    ([, word = '']) => word,
  );
  const options = optionsOf(args);
  const choice = storeChoice({ data: options.data, store: options.store }, {});
  assert.ok(choice.kind === 'postgres');
  assert.deepEqual(choice.urls, ['postgres://smchat@database/smchat']);
  assert.equal(choice.folder, '/data');
  assert.match(compose, /POSTGRES_USER: smchat\n {6}POSTGRES_DB: smchat\n/);
  assert.match(compose, new RegExp(`subnet: ${options.behindProxy.replaceAll('.', '\\.')}\n`));
  const database = compose.slice(compose.indexOf('\n  database:'), compose.indexOf('\nnetworks:'));
  assert.ok(!/\n {4}ports:/.test(database));
  assert.match(database, /networks:\n {6}inside: \{\}\n/);
  assert.match(compose, /inside:\n {4}internal: true\n/);
  assert.ok(!/password\s*[:=]\s*\S/i.test(compose.replace(/#.*$/gm, '').replace(/POSTGRES_PASSWORD_FILE: \S+/, '')));
  for (const [, mounted] of compose.matchAll(/\/run\/secrets\/(\w+)/g)) {
    assert.match(compose, new RegExp(`\n  ${mounted}:\n    file: `));
  }
});
