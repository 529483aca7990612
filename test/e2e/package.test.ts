import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

const run = promisify(execFile);
let folder: string;
let bin: string;
let relay: RelayProcess | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smchat-package-'));
  bin = join(folder, 'installed', 'node_modules', '.bin');
});

after(async () => {
  await relay?.dispose();
  await rm(folder, { recursive: true, force: true });
});

test('the package holds only what runs, and installs without development dependencies', async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [packed] = Object.values(JSON.parse(stdout)) as { filename: string; files: { path: string }[] }[];
  assert.ok(packed !== undefined);
  const outside = packed.files
    .map(({ path }) => path)
    .filter(
      (path) =>
        !/^(dist|assets|man|completions)\/|^deploy\/smchat-relay\.service$|^docs\/smchat\.schema\.json$|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
          path,
        ),
    );
  assert.deepEqual(outside, []);

  await mkdir(join(folder, 'installed'));
  await writeFile(join(folder, 'installed', 'package.json'), '{}');
  await run('npm', ['install', '--omit=dev', '--prefer-offline', join(folder, packed.filename)], {
    cwd: join(folder, 'installed'),
  });
  const modules = await readdir(join(folder, 'installed', 'node_modules'));
  assert.equal(modules.includes('typescript') || modules.includes('esbuild') || modules.includes('tsx'), false);
});

test('both installed programs run from / and two installed clients chat', async () => {
  relay = await startRelay({ program: join(bin, 'smchat-relay') });
  const { url } = relay;
  const client = async (name: string) => {
    const home = join(folder, name);
    await mkdir(home);
    const passwordFile = join(home, 'password');
    await writeFile(passwordFile, 'a password\n');
    await chmod(passwordFile, 0o600);
    const smchat = (...args: string[]) =>
      run(join(bin, 'smchat'), ['--home', home, '--password-file', passwordFile, '--json', ...args], { cwd: '/' });
    await smchat('--relay', url, 'register', name);
    return smchat;
  };
  const [ann, ben] = await Promise.all([client('ann'), client('ben')]);
  await ann('send', 'ben', 'from an installed client');
  await ben('listen', '--idle', '1');
  await ben('contact', 'accept', 'ann');
  await ben('send', 'ann', 'and back');
  const heard = await ann('listen', '--max', '1');
  assert.match(heard.stdout, /"text":"and back"/);
  assert.match((await ben('history', 'ann')).stdout, /"text":"from an installed client"/);
});
