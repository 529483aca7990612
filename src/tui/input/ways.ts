import type { CommandId, Keymap } from './commands.ts';
import { keyFor } from './keymap.ts';

/** What can be typed where a command's key was taken away. */
const TYPED = {
  request: '/accept',
  verify: '/verify',
  switcher: '/chat NAME',
  contacts: '/contacts',
  'contact-add': '/add NAME',
  help: '/options',
  'login-switch': '/options',
  back: '/options',
  send: '/options',
  'selection-end': '/options',
} as const satisfies Partial<Record<CommandId, string>>;

/** How a command is reached, for sentences: its first key, else what is typed. */
export function wayTo(keymap: Keymap, id: keyof typeof TYPED): string {
  return keyFor(keymap, id) ?? TYPED[id];
}
