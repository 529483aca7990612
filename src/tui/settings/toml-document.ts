import { parse, TomlError } from 'smol-toml';

/** What is wrong in a file, for its writer; `line` counts from 1, and is null where the whole file is meant. */
export interface Problem {
  readonly line: number | null;
  readonly sentence: string;
}

/** A line that TOML does not know; `key` where one can be seen in it, with its tables before it (`keys.lock`). */
export interface UnreadLine {
  readonly line: number;
  readonly key: string | null;
  readonly reason: string;
}

export interface TomlDocument {
  readonly root: TomlTable;
  /** What was left out so that the rest could be read. */
  readonly unread: readonly UnreadLine[];
  /** True where nothing could be read. */
  readonly isBroken: boolean;
  /** The line of a key (`keys.lock`), counted from 1. */
  lineOf(path: string): number | null;
}

export type TomlTable = Readonly<Record<string, unknown>>;

/** After so many lines that are no TOML a file is taken for something else. */
const UNREAD_MAX = 20;
const TABLE = /^\s*\[\s*([^[\]]+?)\s*\]\s*(?:#.*)?$/;
const KEY = /^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=/;

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function plainPath(written: string): string {
  return written
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.');
}

/** The path of the key that each line begins, by the tables above it; smol-toml tells no places. */
function keysByLine(lines: readonly string[]): readonly (string | null)[] {
  let table = '';
  return lines.map((line) => {
    const heading = TABLE.exec(line)?.[1];
    if (heading !== undefined) {
      table = `${plainPath(heading)}.`;
      return table.slice(0, -1);
    }
    const key = KEY.exec(line)?.[1];
    return key === undefined ? null : table + plainPath(key);
  });
}

function reasonOf(error: TomlError): string {
  const [first = ''] = error.message.split('\n', 1);
  return first.replace(/^Invalid TOML document:\s*/, '');
}

/** Reads a file of TOML; a line that is none is left out and told, so that the others hold. */
export function readToml(text: string): TomlDocument {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n/);
  const keys = keysByLine(lines);
  const lineOf = (path: string): number | null => {
    const at = keys.indexOf(path);
    return at < 0 ? null : at + 1;
  };
  const unread: UnreadLine[] = [];
  const left = [...lines];
  while (unread.length <= UNREAD_MAX) {
    try {
      return { root: parse(left.join('\n')), unread, isBroken: false, lineOf };
    } catch (thrown) {
      if (!(thrown instanceof TomlError)) throw thrown;
      const at = Math.min(thrown.line, left.length) - 1;
      const again = left[at] === '';
      unread.push({ line: at + 1, key: keys[at] ?? null, reason: reasonOf(thrown) });
      if (again) break;
      left[at] = '';
    }
  }
  return { root: {}, unread: unread.slice(0, 1), isBroken: true, lineOf };
}
