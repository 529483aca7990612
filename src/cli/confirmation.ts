import { SmchatError } from '../smchat-error.ts';
import type { PromptTerminal } from './hidden-prompt.ts';

/**
 * Asks a question on the terminal, which echoes and edits the line itself; resolves on yes. Anything else, Ctrl-D and a
 * terminal that went away throw `interrupted`.
 */
export async function requireYes(
  terminal: PromptTerminal | null,
  question: string,
  interrupted: AbortSignal,
): Promise<void> {
  if (terminal === null) return;
  const answer = await lineOf(terminal, `${question} [y/N]: `, interrupted);
  if (!/^y(es)?$/i.test(answer.trim())) throw new SmchatError('interrupted', 'nothing was changed');
}

async function lineOf(terminal: PromptTerminal, prompt: string, interrupted: AbortSignal): Promise<string> {
  let typed = '';
  let undo: readonly (() => void)[] = [];
  try {
    return await new Promise<string>((resolve, reject) => {
      const end = (): void => {
        terminal.write('\n');
        reject(new SmchatError('interrupted', 'nothing was changed'));
      };
      interrupted.addEventListener('abort', end, { once: true });
      undo = [
        () => interrupted.removeEventListener('abort', end),
        terminal.onEnd(end),
        terminal.onBytes((bytes) => {
          typed += bytes.toString('utf8');
          const [line, ...rest] = typed.split(/[\r\n]/);
          if (line !== undefined && rest.length > 0) resolve(line);
        }),
      ];
      terminal.write(prompt);
    });
  } finally {
    for (const each of undo) each();
    terminal.close();
  }
}
