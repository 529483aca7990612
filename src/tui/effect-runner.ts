import type { Accounts, SmchatClient } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { asSmchatError } from '../smchat-error.ts';
import type { Action, Failure } from './state/action.ts';
import type { Connection } from './state/chat-state.ts';
import type { Effect } from './state/effect.ts';

export interface EffectPorts {
  readonly accounts: Accounts;
  dispatch(action: Action): void;
  /** Events of the open account; several of them may become one action. */
  happened(event: SmchatEvent): void;
  notify(name: string): void;
  redraw(): void;
  suspend(): void;
}

export interface EffectRunner {
  run(effect: Effect): void;
  /** Closes the open account, if any. */
  close(): Promise<void>;
}

type ClientEffect = Exclude<
  Effect,
  { type: 'list-accounts' | 'unlock' | 'register' | 'close-client' | 'notify' | 'redraw' | 'suspend' }
>;

export function failureOf(thrown: unknown): Failure {
  const { code, message, hint } = asSmchatError(thrown);
  return { code, sentence: message, hint };
}

async function connectionOf(client: SmchatClient): Promise<Connection> {
  const { state, reason } = await client.connection();
  return { state, reason: reason ?? null };
}

/** What an effect on the open account answers. */
async function askClient(client: SmchatClient, effect: ClientEffect): Promise<Action | null> {
  switch (effect.type) {
    case 'load-contacts':
      return { type: 'contacts', contacts: await client.contacts() };
    case 'load-history': {
      const { name, limit, before } = effect;
      const messages = await client.history(name, before === null ? { limit } : { limit, before });
      return { type: 'history', effect, messages };
    }
    case 'send':
      return {
        type: 'sent',
        effect,
        result: await client.send({ name: effect.name, text: effect.text, wait: 'queued' }),
      };
    case 'mark-read':
      await client.markRead(effect.name);
      return null;
    case 'contact':
      await client.contact(effect.action, effect.name);
      return { type: 'contact-done', effect };
    case 'search':
      return { type: 'found', words: effect.words, messages: await client.search(effect.words, { limit: 100 }) };
    case 'verify':
      return { type: 'verification', verification: await client.verify(effect.name) };
    case 'confirm-number':
      return { type: 'verification', verification: await client.verify(effect.name, effect.number) };
    case 'trust':
      await client.trust(effect.name, effect.number);
      return { type: 'trusted', name: effect.name };
    default: {
      const never: never = effect;
      return never;
    }
  }
}

/** Does what the reducer asked for. An answer for an account that was closed meanwhile is dropped. */
export function createEffectRunner(ports: EffectPorts): EffectRunner {
  let client: SmchatClient | null = null;
  let unsubscribe: () => void = () => undefined;
  let closing: Promise<void> = Promise.resolve();

  async function open(effect: Extract<Effect, { type: 'unlock' | 'register' }>): Promise<void> {
    // The same account may just be closing, and it can be open only once.
    await closing;
    const { password } = effect;
    try {
      const opened =
        effect.type === 'register'
          ? await ports.accounts.register(effect.name, password, effect.relayUrl)
          : await ports.accounts.unlock(effect.account, password, effect.relayUrl ?? undefined);
      client = opened;
      // What happens before the account is in sight waits for it.
      let early: SmchatEvent[] | null = [];
      unsubscribe = opened.subscribe((event) => {
        if (client !== opened) return;
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
    client = null;
    unsubscribe();
    unsubscribe = () => undefined;
    if (leaving !== null) closing = leaving.close().catch(() => undefined);
    await closing;
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
        ports.notify(effect.name);
        return;
      case 'redraw':
        ports.redraw();
        return;
      case 'suspend':
        ports.suspend();
        return;
      default: {
        const asked = client;
        if (asked === null) return;
        const answer = await askClient(asked, effect);
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
