// Bundles each program into dist/: one file an entry, run-time packages left outside, started without a loader.
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/smchat.ts', 'src/smchat-relay.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  sourcemap: false,
  logLevel: 'warning',
});
for (const name of ['smchat', 'smchat-relay']) chmodSync(`dist/${name}.js`, 0o755);
