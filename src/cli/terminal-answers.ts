import type { PromptTerminal } from './hidden-prompt.ts';

/** Who has answered nothing by then will not. */
const WAIT_MS = 1_000;

/** What a terminal answers to `queries`, up to `last` or until it has had time enough; it is given back as it was. */
export function terminalAnswers(terminal: PromptTerminal, queries: string, last: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let answers = '';
    const undo = [
      terminal.onBytes((bytes) => {
        answers += bytes.toString('latin1');
        if (last.test(answers)) end();
      }),
      terminal.onEnd(() => end()),
    ];
    const timer = setTimeout(() => end(), WAIT_MS);
    const restore = (): void => terminal.setRaw(false);
    process.once('exit', restore);
    function end(): void {
      clearTimeout(timer);
      process.off('exit', restore);
      for (const each of undo) each();
      terminal.setRaw(false);
      terminal.close();
      resolve(answers);
    }
    terminal.setRaw(true);
    terminal.write(queries);
  });
}
