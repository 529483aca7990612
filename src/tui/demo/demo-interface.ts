import { homedir } from 'node:os';
import type { Accounts } from '../../session/client.ts';
import { createLocalFiles } from '../files/local-files.ts';
import { neighbouringPrograms } from '../files/neighbouring-programs.ts';
import type { After } from '../input/decoder.ts';
import { listenTo } from '../input/input-events.ts';
import { type InterfaceLoop, startLoop } from '../interface-loop.ts';
import { createImageRenderer } from '../media/image-renderer.ts';
import type { LoadedPreferences } from '../settings/load-preferences.ts';
import { EMOJI_PROBE } from '../term/emoji-probe.ts';
import { createLifecycle } from '../term/lifecycle.ts';
import { showsLinks } from '../term/links.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import { createScreen } from '../term/screen.ts';
import { BACKGROUND_QUERY, backgroundOfEnvironment } from '../terminal-theme.ts';
import { createTwoPanes } from './two-panes.ts';

/** One of the two people. */
export interface DemoSide {
  readonly name: string;
  /** Of which `name` is one. */
  readonly accounts: Accounts;
  readonly password: string;
}

export interface DemoOptions {
  readonly sides: readonly [DemoSide, DemoSide];
  readonly relayUrl: string;
  readonly loaded: LoadedPreferences;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly timer: After;
  /** Takes everything away; called on every way out, once the terminal is given back and the accounts are closed. */
  readonly remove: () => Promise<void>;
}

const HINTS = [label('F12 or Ctrl-]: other side'), label('F12: other side')];

/** Two interfaces side by side, each unlocked; resolves with the exit code once either is quit. */
export async function startDemo(options: DemoOptions): Promise<number> {
  const { input, output, env, sides } = options;
  const { depth, themes, preferences } = options.loaded;
  const background = backgroundOfEnvironment(env);
  const screen = createScreen({ output, depth, links: showsLinks(env) });
  const loops: InterfaceLoop[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(loops.map((loop) => loop.close()));
    await options.remove();
  };
  const lifecycle = createLifecycle({
    process,
    input,
    output,
    mouse: preferences.settings.mouse,
    screen,
    onExit: close,
  });
  const panes = createTwoPanes({
    screen,
    names: [sanitizeLine(sides[0].name), sanitizeLine(sides[1].name)],
    hints: HINTS,
    theme: () => themes[background],
  });
  lifecycle.enter();
  const endInput = listenTo(input, (event) => panes.input(event), options.timer);
  try {
    output.write(EMOJI_PROBE + BACKGROUND_QUERY);
    for (const side of [0, 1] as const) {
      const { accounts, name, password } = sides[side];
      const other = sides[side === 0 ? 1 : 0].name;
      const pane = panes.panes[side];
      loops.push(
        startLoop({
          accounts,
          createRenderer: () => createImageRenderer(),
          files: createLocalFiles({ userFolder: homedir(), workingFolder: process.cwd() }),
          ...neighbouringPrograms(env),
          config: { relayUrl: options.relayUrl, relayUrlGiven: false, account: name, chat: other },
          input: pane.events,
          // Titles, bells and the clipboard are the affair of the side that has the keyboard.
          output: { write: (text) => (panes.active === side ? output.write(text) : true) },
          screen: pane.screen,
          owner: lifecycle,
          env,
          depth,
          background,
          themes,
          preferences,
          now: options.now,
          timer: options.timer,
        }),
      );
      pane.type(`${password}\r`);
    }
    return await Promise.race(loops.map((loop) => loop.done));
  } finally {
    endInput();
    lifecycle.leave();
    await close();
    screen.close();
  }
}
