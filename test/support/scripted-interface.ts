import type { Contact, Message } from '../../src/session/client.ts';
import type { Clipboard } from '../../src/tui/files/clipboard.ts';
import type { ExternalEditor } from '../../src/tui/files/external-editor.ts';
import type { SystemOpener } from '../../src/tui/files/system-opener.ts';
import { type InterfaceLoop, startLoop } from '../../src/tui/interface-loop.ts';
import { createImageRenderer, type ImageRenderer } from '../../src/tui/media/image-renderer.ts';
import { namedEmoji } from '../../src/tui/named-emoji.ts';
import type { Preferences } from '../../src/tui/state/app-state.ts';
import { DEFAULT_PREFERENCES } from '../../src/tui/state/app-state.ts';
import type { ColorDepth } from '../../src/tui/term/color.ts';
import { createScreen } from '../../src/tui/term/screen.ts';
import type { Background, Theme } from '../../src/tui/term/theme.ts';
import { themesAt } from './preferences.ts';
import { type ScreenHarness, startScreen } from './screen-harness.ts';
import { type ScriptedAccounts, type ScriptedClient, scriptedAccounts, scriptedClient } from './scripted-client.ts';
import { type ScriptedFolders, scriptedFiles } from './scripted-files.ts';

process.env.TZ = 'UTC';

/** Monday, 23 November 2026, 14:30 UTC: when every scripted screen is. */
export const NOON = Date.UTC(2026, 10, 23, 14, 30);

export interface ScriptedInterface {
  readonly screen: ScreenHarness;
  readonly client: ScriptedClient;
  readonly accounts: ScriptedAccounts;
  readonly loop: InterfaceLoop;
  /** Types these keys and waits until the screen is still. */
  press(...keys: readonly string[]): Promise<void>;
  idle(): Promise<void>;
  /** Moves the clock and lets what waited for it happen. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface ScriptedOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly theme?: Background;
  /** In place of those that hold where nothing was set. */
  readonly themes?: Readonly<Record<Background, Theme>>;
  readonly preferences?: Partial<Preferences>;
  /** Hears whether the mouse is wanted. */
  readonly setMouse?: (enabled: boolean) => void;
  readonly depth?: ColorDepth;
  readonly account?: string;
  readonly setUp?: (client: ScriptedClient, accounts: ScriptedAccounts) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly folders?: ScriptedFolders;
  readonly opener?: SystemOpener;
  readonly clipboard?: Clipboard;
  readonly editor?: ExternalEditor;
  /** What decodes pictures: the real thing, where none is given. */
  readonly renderer?: ImageRenderer;
  /** Whether to stand at the login; else the account is unlocked. */
  readonly locked?: boolean;
}

/** The whole interface on a terminal in this process, over a scripted account. */
export async function startScripted(options: ScriptedOptions = {}): Promise<ScriptedInterface> {
  const { cols = 80, rows = 24, theme = 'dark', depth = 'truecolor' } = options;
  const screen = startScreen({ cols, rows });
  const client = scriptedClient(options.account ?? 'alice');
  const accounts = scriptedAccounts(client, [{ account: client.account, relay: 'ws://127.0.0.1:50007' }]);
  options.setUp?.(client, accounts);
  let now = NOON;
  let timers: { readonly at: number; readonly fire: () => void }[] = [];

  function timer(delayMs: number, fire: () => void): () => void {
    const entry = { at: now + delayMs, fire };
    timers.push(entry);
    return () => {
      timers = timers.filter((other) => other !== entry);
    };
  }

  async function pass(ms: number): Promise<void> {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { fire } of due) fire();
    await screen.idle();
  }

  // The interface reads this table when it is first wanted: from here on it is there at once, however busy the disk.
  await namedEmoji();
  const loop = startLoop({
    accounts,
    files: scriptedFiles(options.folders),
    createRenderer: () => options.renderer ?? createImageRenderer(),
    config: { relayUrl: 'ws://127.0.0.1:50007', relayUrlGiven: false, account: null },
    input: screen.input,
    output: screen.output,
    screen: createScreen({ output: screen.output, depth, links: true }),
    clipboard: options.clipboard ?? {
      read: async () => ({ kind: 'nothing' }),
      forget: () => undefined,
      close: () => undefined,
    },
    opener: options.opener ?? { open: async () => undefined },
    editor: options.editor ?? { edit: async () => null },
    owner: {
      suspend: () => undefined,
      lend: (borrow) => borrow(),
      handleReply: () => undefined,
      setMouse: options.setMouse ?? (() => undefined),
    },
    env: options.env ?? {},
    depth,
    background: theme,
    themes: options.themes ?? themesAt(depth),
    preferences: { ...DEFAULT_PREFERENCES, ...options.preferences },
    now: () => now,
    timer,
  });
  const scripted: ScriptedInterface = {
    screen,
    client,
    accounts,
    loop,
    async press(...keys) {
      for (const key of keys) {
        screen.send(key);
        await screen.idle();
        // A lone Escape is known after a moment without anything else.
        if (key.endsWith('\x1b')) await pass(50);
      }
    },
    idle: () => screen.idle(),
    pass,
    async close() {
      await loop.close();
      screen.close();
    },
  };
  await scripted.idle();
  if (options.locked !== true) await scripted.press('secret', '\r');
  return scripted;
}

export const KEY = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backTab: '\x1b[Z',
  up: '\x1b[A',
  down: '\x1b[B',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  f1: '\x1bOP',
  f2: '\x1bOQ',
  f3: '\x1bOR',
  f4: '\x1bOS',
  f5: '\x1b[15~',
  f7: '\x1b[18~',
  f8: '\x1b[19~',
  f9: '\x1b[20~',
  f10: '\x1b[21~',
  altEnter: '\x1b\r',
  ctrlC: '\x03',
  ctrlK: '\x0b',
  ctrlN: '\x0e',
  ctrlO: '\x0f',
  ctrlP: '\x10',
  ctrlSpace: '\x00',
  backspace: '\x7f',
} as const;

let made = 0;

/** The next message is m1 again, so that a screen which shows an id does not depend on the tests before it. */
export function numberMessagesAnew(): void {
  made = 0;
}

export function message(over: Partial<Message> & Pick<Message, 'chat' | 'direction' | 'text'>): Message {
  made += 1;
  return {
    id: `m${made}`,
    from: over.direction === 'in' ? over.chat : 'alice',
    kind: 'text',
    sent_at: new Date(NOON - 3_600_000).toISOString(),
    status: over.direction === 'in' ? 'read' : 'delivered',
    ...over,
  };
}

export function contact(name: string, over: Partial<Contact> = {}): Contact {
  return { name, state: 'accepted', verified: false, unread: 0, ...over };
}
