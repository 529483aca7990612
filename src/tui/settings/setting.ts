import { NO_PROXY, PROXY_FORMS, proxyAddress } from '../../relay-address.ts';

/** One thing that a person can set: how it is written, what it may be, and what it is without being written. */
export interface Setting<T> {
  /** With its table before it: `notifications.bell`. */
  readonly key: string;
  readonly initial: T;
  /** What holds where something else was written that cannot be understood: what gives less away. */
  readonly ifWrong: T;
  /** What it may be, to be read after "it is". */
  readonly allowed: string;
  /** For the comments in the file and for docs/config.md. */
  readonly help: string;
  /** `initial` and `ifWrong` as they are written in TOML. */
  readonly written: { readonly initial: string; readonly ifWrong: string };
  /** Null where the value is none of those. */
  decode(value: unknown): T | null;
}

interface Described<T> {
  readonly help: string;
  readonly ifWrong?: T;
}

function writtenAs<T extends string | number | boolean>(initial: T, ifWrong: T): Setting<T>['written'] {
  return { initial: JSON.stringify(initial), ifWrong: JSON.stringify(ifWrong) };
}

export function flag(key: string, initial: boolean, { help, ifWrong = initial }: Described<boolean>): Setting<boolean> {
  return {
    key,
    initial,
    ifWrong,
    written: writtenAs(initial, ifWrong),
    allowed: 'true or false',
    help,
    decode: (value) => (typeof value === 'boolean' ? value : null),
  };
}

export function choice<const T extends string>(
  key: string,
  values: readonly T[],
  initial: NoInfer<T>,
  { help, ifWrong = initial }: Described<NoInfer<T>>,
): Setting<T> {
  const all = values.map((value) => JSON.stringify(value));
  return {
    key,
    initial,
    ifWrong,
    written: writtenAs(initial, ifWrong),
    allowed: `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`,
    help,
    decode: (value) => values.find((known) => known === value) ?? null,
  };
}

export function count(
  key: string,
  range: { readonly min: number; readonly max: number },
  initial: number,
  { help }: Described<number>,
): Setting<number> {
  const { min, max } = range;
  return {
    key,
    initial,
    ifWrong: initial,
    written: writtenAs(initial, initial),
    allowed: `a whole number from ${min} to ${max}`,
    help,
    decode: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : null,
  };
}

/** Where connections go through: an address, `none`, or '' for whatever else names one. */
export function proxy(key: string, { help }: Described<string>): Setting<string> {
  return {
    key,
    initial: '',
    // No address of a proxy: what cannot be understood must not mean that there is none.
    ifWrong: 'refuse',
    written: writtenAs('', 'refuse'),
    allowed: `"" (whatever ALL_PROXY says), "${NO_PROXY}", ${PROXY_FORMS}, without a password`,
    help,
    decode: (value) =>
      typeof value === 'string' && (value === '' || value === NO_PROXY || proxyAddress(value) !== null) ? value : null,
  };
}

/** A word of letters, digits, `-` and `_`, which may be a file's name. */
export function word(
  key: string,
  initial: string,
  { help, allowed }: Described<string> & { allowed: string },
): Setting<string> {
  return {
    key,
    initial,
    ifWrong: initial,
    written: writtenAs(initial, initial),
    allowed,
    help,
    decode: (value) => (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(value) ? value : null),
  };
}
