import { homedir } from 'node:os';
import type { Accounts } from '../session/client.ts';
import { createLocalFiles } from './files/local-files.ts';
import { neighbouringPrograms } from './files/neighbouring-programs.ts';
import type { After } from './input/decoder.ts';
import { type InterfaceLoop, startLoop } from './interface-loop.ts';
import { createImageRenderer } from './media/image-renderer.ts';
import type { LoadedPreferences } from './settings/load-preferences.ts';
import { EMOJI_PROBE } from './term/emoji-probe.ts';
import { createLifecycle } from './term/lifecycle.ts';
import { showsLinks } from './term/links.ts';
import { createScreen } from './term/screen.ts';
import { BACKGROUND_QUERY, backgroundOfEnvironment } from './terminal-theme.ts';

export interface InterfaceOptions {
  readonly accounts: Accounts;
  /** The account to begin with. */
  readonly account?: string | undefined;
  readonly relayUrl: string;
  /** Whether the user named the relay, so that it replaces what an account stores. */
  readonly relayUrlGiven: boolean;
  readonly loaded: LoadedPreferences;
  /** Whose signals are watched: this process's, where none is given. */
  readonly process?: NodeJS.Process;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly timer: After;
  /** Called once the login can be seen. */
  readonly onShown?: () => void;
}

/** Opens the full-screen interface; resolves with the exit code once it is closed and the terminal given back. */
export async function startInterface(options: InterfaceOptions): Promise<number> {
  const { input, output, env } = options;
  const { depth, themes, preferences } = options.loaded;
  const screen = createScreen({ output, depth, links: showsLinks(env) });
  let loop: InterfaceLoop | null = null;
  const lifecycle = createLifecycle({
    process: options.process ?? process,
    input,
    output,
    mouse: preferences.settings.mouse,
    screen,
    onExit: () => loop?.close(),
  });
  lifecycle.enter();
  try {
    output.write(EMOJI_PROBE + BACKGROUND_QUERY);
    loop = startLoop({
      accounts: options.accounts,
      createRenderer: () => createImageRenderer(),
      files: createLocalFiles({ userFolder: homedir(), workingFolder: process.cwd() }),
      ...neighbouringPrograms(env),
      config: { relayUrl: options.relayUrl, relayUrlGiven: options.relayUrlGiven, account: options.account ?? null },
      input,
      output,
      screen,
      owner: lifecycle,
      env,
      depth,
      background: backgroundOfEnvironment(env),
      themes,
      preferences,
      now: options.now,
      timer: options.timer,
      onShown: options.onShown,
    });
    return await loop.done;
  } finally {
    lifecycle.leave();
    await loop?.close();
  }
}
