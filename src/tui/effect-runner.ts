import type { Accounts, SmchatClient } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { asSmchatError } from '../smchat-error.ts';
import { askClient } from './client-effects.ts';
import type { Clipboard } from './files/clipboard.ts';
import type { LocalFiles } from './files/local-files.ts';
import type { SystemOpener } from './files/system-opener.ts';
import type { ImageRenderer } from './media/image-renderer.ts';
import { namedEmoji } from './named-emoji.ts';
import type { News } from './notifications.ts';
import { createPictureLoader, type PictureLoader } from './picture-loader.ts';
import type { Action, Failure } from './state/action.ts';
import type { Connection } from './state/chat-state.ts';
import type { Effect } from './state/effect.ts';

export interface EffectPorts {
  readonly accounts: Accounts;
  readonly files: LocalFiles;
  /** A decoder for each account that is opened. */
  readonly createRenderer: () => ImageRenderer;
  dispatch(action: Action): void;
  /** Events of the open account; several of them may become one action. */
  happened(event: SmchatEvent): void;
  notify(news: News): void;
  redraw(): void;
  setMouse(enabled: boolean): void;
  suspend(): void;
  copy(text: string): void;
  readonly opener: SystemOpener;
  readonly clipboard: Pick<Clipboard, 'read' | 'forget'>;
  /** Null where the editor failed and nothing was written. */
  writeOutside(text: string): Promise<string | null>;
}

export interface EffectRunner {
  run(effect: Effect): void;
  /** Closes the open account, if any. */
  close(): Promise<void>;
}

export function failureOf(thrown: unknown): Failure {
  const { code, message, hint } = asSmchatError(thrown);
  return { code, sentence: message, hint };
}

async function connectionOf(client: SmchatClient): Promise<Connection> {
  const { state, reason } = await client.connection();
  return { state, reason: reason ?? null };
}

/** Does what the reducer asked for. An answer for an account that was closed meanwhile is dropped. */
export function createEffectRunner(ports: EffectPorts): EffectRunner {
  let client: SmchatClient | null = null;
  let pictures: PictureLoader | null = null;
  let unsubscribe: () => void = () => undefined;
  let closing: Promise<void> = Promise.resolve();

  async function open(effect: Extract<Effect, { type: 'unlock' | 'register' }>): Promise<void> {
    // The same account may just be closing, and it can be open only once.
    await closing;
    const { password } = effect;
    try {
      const opened =
        effect.type === 'register'
          ? await ports.accounts.register(effect.name, password, effect.relayUrl, effect.invitation ?? undefined)
          : await ports.accounts.unlock(effect.account, password, effect.relayUrl ?? undefined);
      client = opened;
      const loader = createPictureLoader({
        client: opened,
        renderer: ports.createRenderer(),
        dispatch: ports.dispatch,
      });
      pictures = loader;
      // What happens before the account is in sight waits for it.
      let early: SmchatEvent[] | null = [];
      unsubscribe = opened.subscribe((event) => {
        if (client !== opened) return;
        loader.happened(event);
        if (early === null) ports.happened(event);
        else early.push(event);
      });
      const [{ account, relay }, connection] = await Promise.all([opened.whoami(), connectionOf(opened)]);
      ports.dispatch({ type: 'opened', account, relay, connection });
      for (const event of early) ports.happened(event);
      early = null;
    } finally {
      password.wipe();
    }
  }

  async function close(): Promise<void> {
    const leaving = client;
    const forgotten = pictures?.close();
    client = null;
    pictures = null;
    unsubscribe();
    unsubscribe = () => undefined;
    if (leaving !== null) closing = leaving.close().catch(() => undefined);
    await Promise.all([closing, forgotten]);
  }

  async function perform(effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'list-accounts':
        await closing;
        ports.dispatch({ type: 'accounts', accounts: await ports.accounts.list() });
        return;
      case 'unlock':
      case 'register':
        return open(effect);
      case 'close-client':
        return close();
      case 'notify':
        ports.notify(effect);
        return;
      case 'redraw':
        ports.redraw();
        return;
      case 'mouse':
        ports.setMouse(effect.enabled);
        return;
      case 'suspend':
        ports.suspend();
        return;
      case 'copy':
        ports.copy(effect.text);
        return;
      case 'write-outside':
        ports.dispatch({ type: 'written-outside', effect, text: await ports.writeOutside(effect.text) });
        return;
      case 'read-clipboard':
        ports.dispatch({ type: 'clipboard', effect, contents: await ports.clipboard.read() });
        return;
      case 'forget-picture':
        ports.clipboard.forget(effect.path);
        return;
      case 'open-link':
        await ports.opener.open(effect.url);
        return;
      case 'open-path':
        await ports.opener.open(effect.path);
        return;
      case 'load-emoji':
        ports.dispatch({ type: 'emoji', emoji: await namedEmoji() });
        return;
      case 'load-previews':
        pictures?.load(effect.wishes);
        return;
      case 'view-picture':
        await pictures?.view(effect);
        return;
      case 'list-folder':
        ports.dispatch({ type: 'folder-listed', asked: effect.path, folder: await ports.files.list(effect.path) });
        return;
      case 'look-at-path':
        ports.dispatch({ type: 'path-found', effect, found: await ports.files.look(effect.path) });
        return;
      default: {
        const asked = client;
        if (asked === null) return;
        const answer = await askClient(asked, effect);
        // The vault has the picture now, sealed.
        if (effect.type === 'send' && effect.file !== null) ports.clipboard.forget(effect.file.path);
        if (client === asked && answer !== null) ports.dispatch(answer);
      }
    }
  }

  return {
    run(effect) {
      const before = client;
      perform(effect).catch((thrown: unknown) => {
        const opens = effect.type === 'unlock' || effect.type === 'register' || effect.type === 'list-accounts';
        if (opens || client === before) ports.dispatch({ type: 'failed', effect, failure: failureOf(thrown) });
      });
    },
    close,
  };
}
