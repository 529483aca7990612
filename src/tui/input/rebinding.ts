import type { WrittenKeys } from '../settings/decode-settings.ts';
import { nearestName } from '../settings/nearest-name.ts';
import type { Profile } from '../settings/settings.ts';
import type { Problem } from '../settings/toml-document.ts';
import { COMMANDS, type Command, type CommandId, type KeyContext, type Keymap } from './commands.ts';
import { PROFILE_KEYS } from './key-profiles.ts';
import { keyOfText } from './key-text.ts';
import { describeKey, keyConflicts } from './keymap.ts';

/** Without a key for these nobody would find the way in or out. */
const NEEDED: ReadonlySet<CommandId> = new Set([
  'send',
  'login-next',
  'login-switch',
  'dialog-close',
  'selection-end',
  'clear-or-quit',
  'list-choose',
  'secret-confirm',
  'back',
  'help',
]);
/** Where nothing is typed: a letter alone may be a command there. */
const NO_TYPING: ReadonlySet<KeyContext> = new Set([
  'selection',
  'help-dialog',
  'request-dialog',
  'confirm-dialog',
  'paste-dialog',
  'offer-dialog',
  'picture-dialog',
]);

interface Rebound {
  readonly id: CommandId;
  readonly keys: readonly string[];
  readonly line: number | null;
}

function typesSomething(key: string): boolean {
  return key === 'space' || [...key].length === 1;
}

function rebound(written: WrittenKeys, tell: (sentence: string) => void): Rebound | null {
  const command = COMMANDS.find(({ id }) => id === written.command);
  if (command === undefined) {
    const near = nearestName(
      written.command,
      COMMANDS.map(({ id }) => id),
    );
    tell(
      near === null
        ? `no command is called ${written.command}; docs/keys.md lists them`
        : `no command is called ${written.command}; is ${near} meant?`,
    );
    return null;
  }
  const keys: string[] = [];
  for (const text of written.keys) {
    const key = keyOfText(text);
    if (key === null) {
      tell(
        `${command.id}: no key is called ${JSON.stringify(text)}; keys are written like Ctrl-X, Alt-Enter, F9 or PgUp`,
      );
    } else if (typesSomething(key) && command.contexts.some((context) => !NO_TYPING.has(context))) {
      tell(`${command.id}: ${describeKey(key)} alone could no longer be typed; hold Ctrl or Alt with it`);
    } else if (!keys.includes(key)) keys.push(key);
  }
  if (keys.length === 0 && (written.keys.length > 0 || NEEDED.has(command.id))) {
    if (written.keys.length === 0) tell(`${command.id} cannot be without a key; it keeps those that it had`);
    return null;
  }
  return { id: command.id, keys, line: written.line };
}

/** The keys of a profile with those that a person chose; whatever of these cannot be is told, and the rest holds. */
export function boundKeys(
  profile: Profile,
  written: readonly WrittenKeys[],
): { readonly keymap: Keymap; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const chosen = new Map<CommandId, Rebound>();
  for (const each of written) {
    const made = rebound(each, (sentence) => problems.push({ line: each.line, sentence }));
    if (made !== null) chosen.set(made.id, made);
  }
  let keymap: Keymap = PROFILE_KEYS[profile].map((command): Command => {
    const own = chosen.get(command.id);
    return own === undefined ? command : { ...command, keys: own.keys };
  });
  for (const { key, context, ids } of keyConflicts(keymap)) {
    // What a person chose goes before what was there; of two choices the one that stands first in the file.
    const claims = ids.map((id) => ({ id, line: [...chosen.values()].find((own) => own.id === id)?.line ?? null }));
    const [winner, ...losers] = claims.sort((a, b) => (a.line ?? Number.MAX_VALUE) - (b.line ?? Number.MAX_VALUE));
    if (winner === undefined) continue;
    for (const loser of losers) {
      const before = keymap.find(({ id }) => id === loser.id)?.keys ?? [];
      if (!before.includes(key)) continue;
      const left = before.filter((other) => other !== key);
      const keeps = left.length === 0 ? 'which has no key now' : `which keeps ${left.map(describeKey).join(', ')}`;
      keymap = keymap.map((command) => (command.id === loser.id ? { ...command, keys: left } : command));
      problems.push({
        line: loser.line ?? winner.line,
        sentence: `${describeKey(key)} means ${winner.id} now and no longer ${loser.id}, ${keeps} (${context})`,
      });
    }
  }
  return { keymap: withNeeded(keymap, profile, problems), problems };
}

/** A key taken from a command that cannot be without one is given back. */
function withNeeded(keymap: Keymap, profile: Profile, problems: Problem[]): Keymap {
  const lost = keymap.find(({ id, keys }) => NEEDED.has(id) && keys.length === 0);
  if (lost === undefined) return keymap;
  problems.push({
    line: null,
    sentence: `${lost.id} cannot be without a key: all keys are those of the profile again`,
  });
  return PROFILE_KEYS[profile];
}
