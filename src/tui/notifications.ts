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

/** A bell, and a desktop notification where the terminal is known to have them. Who wrote is said, never what. */
export function notification(name: string, env: Environment): string {
  const body = safe`new message from ${sanitizeLine(name)}`;
  const program = `${env.TERM_PROGRAM ?? ''} ${env.TERM ?? ''}`;
  if (/iTerm|WezTerm|kitty/i.test(program) || env.WT_SESSION !== undefined) return bell() + notifyByOsc9(body);
  if (/ghostty|foot|rxvt/i.test(program) || env.VTE_VERSION !== undefined)
    return bell() + notifyByOsc777(label('smchat'), body);
  return bell();
}
