// Bundles each program into dist/: one file an entry, run-time packages left outside, started without a loader.
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  // Workers lie beside the programs under their own names: the code that starts them looks for them there.
  entryPoints: {
    smchat: 'src/smchat.ts',
    'smchat-relay': 'src/smchat-relay.ts',
    'prepare-worker': 'src/media/prepare-worker.ts',
    'image-worker': 'src/tui/media/image-worker.ts',
  },
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
