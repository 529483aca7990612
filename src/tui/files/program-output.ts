import { spawn } from 'node:child_process';

export type ProgramRun =
  | { readonly end: 'done'; readonly code: number; readonly output: Uint8Array }
  | { readonly end: 'missing' }
  | { readonly end: 'too-large' }
  | { readonly end: 'timed-out' };

/** Runs a program with these arguments, no shell between, and gives what it wrote, at most so many bytes. */
export type RunProgram = (program: string, args: readonly string[], maxBytes: number) => Promise<ProgramRun>;

const PATIENCE_MS = 5000;

export const runProgram: RunProgram = (program, args, maxBytes) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], shell: false });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (run: ProgramRun): void => {
      clearTimeout(patience);
      resolve(run);
      if (run.end !== 'done') child.kill('SIGKILL');
    };
    const patience = setTimeout(() => finish({ end: 'timed-out' }), PATIENCE_MS);
    child.once('error', () => finish({ end: 'missing' }));
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) finish({ end: 'too-large' });
      else chunks.push(chunk);
    });
    child.once('close', (code) => finish({ end: 'done', code: code ?? 1, output: Buffer.concat(chunks) }));
  });
