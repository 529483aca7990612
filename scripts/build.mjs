// Bundles each program into dist/, together with the packages that are JavaScript alone, so that a start reads a few
// files instead of hundreds. What has native code or files of its own, or is wanted rarely, stays outside.
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';

const OUTSIDE = [
  '@node-rs/argon2',
  '@signalapp/sqlcipher',
  'https-proxy-agent',
  'pg',
  'pino',
  'prom-client',
  'sharp',
  'socks-proxy-agent',
  'terminal-image',
  // Native helpers that ws takes where somebody has installed them; nobody has.
  'bufferutil',
  'utf-8-validate',
];

/**
 * blessed's screen is all that is used of it, on a program of ours (src/tui/term/blessed-program.ts). Its own program,
 * terminal description, debug log and other widgets are named in its files all the same: here they are empty.
 */
const blessedScreenAlone = {
  name: 'blessed-screen-alone',
  setup(within) {
    const unused = /^(\.\.\/|\.\.\/program|\.\/log)$/;
    within.onResolve({ filter: unused }, ({ path, importer }) =>
      /\/blessed\/lib\/(widgets\/screen|unicode)\.js$/.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    within.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Each on its own, with no chunk shared: a start reads only what its program is made of. */
async function bundle(entryPoints) {
  const { metafile } = await build({
    entryPoints,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: OUTSIDE,
    plugins: [blessedScreenAlone],
    // Packages in the older format ask for Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    legalComments: 'none',
    sourcemap: false,
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

rmSync('dist', { recursive: true, force: true });
const inputs = [
  await bundle({ smchat: 'src/smchat.ts' }),
  await bundle({ 'smchat-relay': 'src/smchat-relay.ts' }),
  // Workers lie beside the programs under their own names: the code that starts them looks for them there.
  await bundle({ 'prepare-worker': 'src/media/prepare-worker.ts' }),
  await bundle({ 'image-worker': 'src/tui/media/image-worker.ts' }),
];
writeFileSync('dist/LICENCES.txt', licencesOf(inputs.flat()));
for (const name of ['smchat', 'smchat-relay']) chmodSync(`dist/${name}.js`, 0o755);
