import type { OptionSpec } from './command.ts';
import { checkName, checkProxy, checkRelayUrl } from './content-checks.ts';

export const DEFAULT_RELAY = 'ws://127.0.0.1:50007';
const DEFAULT_TIMEOUT_SECONDS = 30;

/** Options that every command takes, before or after its name. */
export const GLOBAL_OPTIONS = [
  {
    flags: '--home <DIR>',
    help: 'where accounts live (or SMCHAT_HOME)',
    kind: 'text',
    standard: "the platform's place for data, then smchat",
  },
  { flags: '--account <NAME>', help: 'which account (or SMCHAT_ACCOUNT)', kind: 'text', standard: 'the only one' },
  {
    flags: '--relay <URL>',
    help: 'relay to register at, or to use from now on (or SMCHAT_RELAY)',
    kind: 'text',
    standard: `${DEFAULT_RELAY} at registration, then what the account stores`,
  },
  {
    flags: '--proxy <URL>',
    help: 'reach relays on other machines through socks5://HOST:PORT, as Tor, or http://HOST:PORT; none: directly (or SMCHAT_PROXY)',
    kind: 'text',
    standard: 'proxy in config.toml, else ALL_PROXY',
  },
  {
    flags: '--password-file <FILE>',
    help: 'its first line is the password; - reads it from stdin',
    kind: 'text',
    standard: 'a hidden prompt on the terminal',
  },
  { flags: '--json', help: 'one JSON object a line on stdout', kind: 'flag' },
  {
    flags: '--timeout <S>',
    help: 'give up after S seconds, exit 4',
    kind: 'seconds',
    standard: String(DEFAULT_TIMEOUT_SECONDS),
  },
  { flags: '--plain', help: 'the interface as lines, for screen readers, dumb terminals and pipes', kind: 'flag' },
  {
    flags: '--log <FILE>',
    help: 'where diagnostics go; never messages, names or keys',
    kind: 'text',
    standard: 'none',
  },
] as const satisfies readonly OptionSpec[];

export interface GlobalOptions {
  readonly home: string | undefined;
  readonly account: string | undefined;
  readonly relay: string | undefined;
  readonly proxy: string | undefined;
  readonly passwordFile: string | undefined;
  readonly json: boolean;
  readonly timeoutMs: number;
  readonly plain: boolean;
  readonly log: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** What was given on the command line, else in the environment. Throws where a value cannot be meant. */
export function globalOptionsOf(options: Readonly<Record<string, unknown>>, env: Env): GlobalOptions {
  const text = (name: string, variable?: string): string | undefined => {
    const given = options[name];
    if (typeof given === 'string') return given;
    return variable === undefined || env[variable] === '' ? undefined : env[variable];
  };
  const account = text('account', 'SMCHAT_ACCOUNT');
  const relay = text('relay', 'SMCHAT_RELAY');
  const proxy = text('proxy', 'SMCHAT_PROXY');
  const seconds = typeof options.timeout === 'number' ? options.timeout : DEFAULT_TIMEOUT_SECONDS;
  return {
    home: text('home', 'SMCHAT_HOME'),
    account: account === undefined ? undefined : checkName(account),
    relay: relay === undefined ? undefined : checkRelayUrl(relay),
    proxy: proxy === undefined ? undefined : checkProxy(proxy),
    passwordFile: text('passwordFile'),
    json: options.json === true,
    timeoutMs: seconds * 1000,
    plain: options.plain === true,
    log: text('log'),
  };
}
