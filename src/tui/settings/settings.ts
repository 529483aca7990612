import { choice, count, flag, proxy, type Setting, word } from './setting.ts';

export const SHIPPED_THEMES = ['dark', 'light', 'high-contrast', '16-colours', '16-colours-light', 'none'] as const;
export const PROFILES = ['default', 'vim', 'minimal'] as const;
export type Profile = (typeof PROFILES)[number];
/** How a time of day is written. */
export type Clock = '24h' | '12h';
/** What a notification says of a message. */
export type NotificationContents = 'none' | 'sender' | 'text';

/** The one table of settings: it drives reading, the file that is written at first, and docs/config.md. */
export const SETTINGS = {
  theme: word('theme', 'auto', {
    allowed: `"auto", ${SHIPPED_THEMES.map((name) => `"${name}"`).join(', ')}, or the NAME of your own themes/NAME.toml`,
    help: 'Colours. "auto" is dark or light, as the terminal’s background is. With NO_COLOR set there are none, whatever stands here.',
  }),
  clock: choice('clock', ['24h', '12h'], '24h', { help: 'How times of day are written.' }),
  pictures: flag('pictures', true, {
    help: 'Whether pictures are drawn in the chat. Enter on a message opens one all the same.',
  }),
  pasteLines: count('paste_lines', { min: 1, max: 1000 }, 5, {
    help: 'A paste of more lines than this is shown before it goes anywhere.',
  }),
  mouse: flag('mouse', true, {
    help: 'Whether clicks and the wheel belong to smchat. While they do, most terminals select text with Shift held.',
  }),
  profile: choice('profile', PROFILES, 'default', {
    help: 'Which keys there are: all of them, with vim’s in addition, or few, for terminals that take many themselves.',
  }),
  lockAfterMinutes: count('lock_after_minutes', { min: 0, max: 1440 }, 0, {
    help: 'Locks the account after so many minutes without a key or a click; 0 never does. A locked account receives nothing.',
  }),
  readReceipts: flag('read_receipts', true, {
    ifWrong: false,
    help: 'Whether others are told that you have read what they wrote.',
  }),
  proxy: proxy('proxy', {
    help: 'What relays on other machines are reached through; it resolves their names too. Where this is wrong, no relay is reached.',
  }),
  bell: flag('notifications.bell', true, {
    help: 'Whether a message rings the terminal’s bell while you look elsewhere.',
  }),
  desktop: flag('notifications.desktop', true, {
    help: 'Whether it is told to the desktop, by terminals that can (OSC 9 and 777).',
  }),
  contents: choice('notifications.contents', ['none', 'sender', 'text'], 'sender', {
    ifWrong: 'none',
    help: 'What the desktop is told: that something came, who wrote, or the text too. It may keep that, and show it while locked.',
  }),
} as const;

type Value<S> = S extends Setting<infer T> ? T : never;

/** What the file says, every value one of those that it may be. */
export type Settings = {
  readonly [Name in keyof typeof SETTINGS]: Value<(typeof SETTINGS)[Name]>;
};

/** Every setting by `take`, which is asked once for each. */
export function eachSetting(take: <T>(setting: Setting<T>) => T): Settings {
  return {
    theme: take(SETTINGS.theme),
    clock: take(SETTINGS.clock),
    pictures: take(SETTINGS.pictures),
    pasteLines: take(SETTINGS.pasteLines),
    mouse: take(SETTINGS.mouse),
    profile: take(SETTINGS.profile),
    lockAfterMinutes: take(SETTINGS.lockAfterMinutes),
    readReceipts: take(SETTINGS.readReceipts),
    proxy: take(SETTINGS.proxy),
    bell: take(SETTINGS.bell),
    desktop: take(SETTINGS.desktop),
    contents: take(SETTINGS.contents),
  };
}

export const DEFAULT_SETTINGS: Settings = eachSetting((setting) => setting.initial);
