// A program of a few keys around lifecycle.ts, for the tests that need a real terminal and real signals.
import { writeFile } from 'node:fs/promises';
import { createInputDecoder } from '../../src/tui/input/decoder.ts';
import { colorDepth } from '../../src/tui/term/color.ts';
import { createLifecycle } from '../../src/tui/term/lifecycle.ts';
import { label, sanitizeLine } from '../../src/tui/term/sanitize.ts';
import { createScreen } from '../../src/tui/term/screen.ts';

process.stdout.write('text of the shell\n');
const screen = createScreen({ output: process.stdout, depth: colorDepth(process.env) });
const lifecycle = createLifecycle({
  process,
  input: process.stdin,
  output: process.stdout,
  screen,
  onResume: () => {
    seen.push('resumed');
  },
  onExit: async (cause) => {
    if (process.env.CLOSED_FILE !== undefined) await writeFile(process.env.CLOSED_FILE, cause.kind);
    process.stdout.write(`closed: ${cause.kind}\n`);
  },
});
const seen: string[] = [];

function draw(): void {
  screen.render((root) => {
    const inner = root.box({ title: label('program') });
    inner.text(0, 0, sanitizeLine(`pid=${process.pid} size=${root.cols}x${root.rows}`));
    inner.text(1, 0, sanitizeLine(`seen: ${seen.join(' ')}`));
  });
}

const decoder = createInputDecoder(
  (event) => {
    if (event.type === 'reply') lifecycle.handleReply(event);
    if (event.type !== 'key') return;
    seen.push(event.key);
    draw();
    switch (event.key) {
      case 'q':
        lifecycle.leave();
        return void process.stdin.unref();
      case 'e':
        return process.exit(3);
      case 't':
        throw new Error('thrown with \x1b[31m inside');
      case 'r':
        return void Promise.reject(new Error('rejected'));
      case 'l':
        return void lifecycle.lend(async () => {
          process.stdout.write('the editor\n');
        });
      case 'm':
        return lifecycle.setMouse(true);
      case 'C-z':
        return lifecycle.suspend();
    }
  },
  (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
);
process.stdin.on('data', (bytes: Uint8Array) => decoder.feed(bytes));
lifecycle.enter();
draw();
