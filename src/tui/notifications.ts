import type { NotificationContents, Settings } from './settings/settings.ts';
import type { AppState } from './state/app-state.ts';
import { totalUnread } from './state/selectors.ts';
import { bell, notifyByOsc9, notifyByOsc777 } from './term/osc.ts';
import { label, type SafeText, safe, sanitizeLine } from './term/sanitize.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The window's title: unread messages first, so that a narrow tab shows them. */
export function titleOf(state: AppState): SafeText {
  if (state.screen.kind === 'login') return label('smchat');
  const unread = totalUnread(state.screen);
  const account = sanitizeLine(state.screen.account);
  return unread === 0 ? safe`smchat · ${account}` : safe`(${unread}) smchat · ${account}`;
}

/** What came, for whoever is not looking. */
export interface News {
  readonly name: string;
  /** Null where it has no words of its own. */
  readonly text: string | null;
}

/** What the desktop is told: it may keep that, and show it to whoever stands before it. */
function bodyOf({ name, text }: News, contents: NotificationContents): SafeText {
  if (contents === 'none') return label('new message');
  if (contents === 'text' && text !== null && text !== '') return safe`${sanitizeLine(name)}: ${sanitizeLine(text)}`;
  return safe`new message from ${sanitizeLine(name)}`;
}

/** A bell, and a desktop notification where the terminal is known to have them, as far as they are wanted. */
export function notification(news: News, settings: Settings, env: Environment): string {
  return (
    (settings.bell ? bell() : '') + (settings.desktop ? desktopNotification(bodyOf(news, settings.contents), env) : '')
  );
}

function desktopNotification(body: SafeText, env: Environment): string {
  const program = `${env.TERM_PROGRAM ?? ''} ${env.TERM ?? ''}`;
  if (/iTerm|WezTerm|kitty/i.test(program) || env.WT_SESSION !== undefined) return notifyByOsc9(body);
  if (/ghostty|foot|rxvt/i.test(program) || env.VTE_VERSION !== undefined) return notifyByOsc777(label('smchat'), body);
  return '';
}
