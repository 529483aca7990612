// The load hook behind typescript.mjs. What esbuild made of a file is kept by the file's content.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const KEPT = new URL('../node_modules/.cache/smchat-typescript/', import.meta.url);

const written = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const compile = async (url, source, kept) => {
  const { transformSync } = await import('esbuild');
  const { code } = transformSync(source, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    sourcefile: fileURLToPath(url),
  });
  mkdirSync(KEPT, { recursive: true });
  // Several processes may write the same file: each finds it whole or not at all.
  const unfinished = new URL(`${kept.href}.${process.pid}`);
  writeFileSync(unfinished, code);
  renameSync(unfinished, kept);
  return code;
};

export const load = async (url, context, next) => {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const source = readFileSync(new URL(url));
  const kept = new URL(`${createHash('sha256').update(url).update(source).digest('hex')}.js`, KEPT);
  return { format: 'module', source: written(kept) ?? (await compile(url, source, kept)), shortCircuit: true };
};
