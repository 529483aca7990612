import { nearestName } from './nearest-name.ts';
import { eachSetting, SETTINGS, type Settings } from './settings.ts';
import { isTable, type Problem, readToml, type TomlDocument, type TomlTable } from './toml-document.ts';

/** The keys of one command, as they were written. */
export interface WrittenKeys {
  readonly command: string;
  readonly keys: readonly string[];
  readonly line: number | null;
}

/** What config.toml says. `keys` is looked at further where the commands are known. */
export interface DecodedSettings {
  readonly settings: Settings;
  readonly keys: readonly WrittenKeys[];
  readonly problems: readonly Problem[];
}

const KEYS_TABLE = 'keys';
const ALL_KEYS: readonly string[] = Object.values(SETTINGS).map(({ key }) => key);
const TABLES: readonly string[] = [...new Set(ALL_KEYS.filter((key) => key.includes('.')).map((key) => tableOf(key)))];

function tableOf(key: string): string {
  return key.split('.', 1)[0] ?? '';
}

function valueAt(root: TomlTable, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, part) => (isTable(at) && Object.hasOwn(at, part) ? at[part] : undefined), root);
}

/** How a value that was written is shown in a sentence about it. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : isTable(value) ? 'a table' : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function unknownKeys({ root, lineOf }: TomlDocument): readonly Problem[] {
  const paths = Object.entries(root).flatMap(([name, value]) => {
    if (name === KEYS_TABLE && isTable(value)) return [];
    if (TABLES.includes(name) && isTable(value)) return Object.keys(value).map((inner) => `${name}.${inner}`);
    return [name];
  });
  return paths
    .filter((path) => !ALL_KEYS.includes(path))
    .map((path) => {
      const near = nearestName(path, ALL_KEYS);
      const hint = near === null ? `there are: ${ALL_KEYS.join(', ')} and the table [keys]` : `is ${near} meant?`;
      return { line: lineOf(path) ?? lineOf(tableOf(path)), sentence: `no setting is called ${path}; ${hint}` };
    });
}

function writtenKeys({ root, lineOf }: TomlDocument, tell: (problem: Problem) => void): readonly WrittenKeys[] {
  const table = root[KEYS_TABLE];
  if (!isTable(table)) return [];
  return Object.entries(table).flatMap(([command, value]) => {
    const line = lineOf(`${KEYS_TABLE}.${command}`);
    const keys: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = keys.filter((key) => typeof key === 'string');
    if (texts.length === keys.length) return [{ command, keys: texts, line }];
    tell({ line, sentence: `${command} is ${shown(value)}; it is a key or a list of keys, as ["Ctrl-L", "F9"]` });
    return [];
  });
}

/** Reads the text of config.toml. Whatever in it cannot be understood is told, and the rest holds. */
export function decodeSettings(text: string): DecodedSettings {
  const document = readToml(text);
  const problems: Problem[] = [];
  const unreadKeys = new Set(document.unread.map(({ key }) => key));
  const settings = eachSetting((setting) => {
    const { key, allowed, initial, ifWrong, written } = setting;
    const value = valueAt(document.root, key);
    if (value === undefined) return document.isBroken || unreadKeys.has(key) ? ifWrong : initial;
    const decoded = setting.decode(value);
    if (decoded !== null) return decoded;
    const holds = `until then it is ${written.ifWrong}`;
    problems.push({ line: document.lineOf(key), sentence: `${key} is ${shown(value)}; it is ${allowed}; ${holds}` });
    return ifWrong;
  });
  for (const { line, key, reason } of document.unread) {
    const setting = Object.values(SETTINGS).find((each) => each.key === key);
    const hint = setting === undefined ? reason : `${reason}; ${setting.key} is ${setting.allowed}`;
    const whole = document.isBroken ? '; nothing in the file holds until that is right' : '';
    problems.push({ line, sentence: `this is not TOML: ${hint}${whole}` });
  }
  problems.push(...unknownKeys(document));
  const keys = writtenKeys(document, (problem) => problems.push(problem));
  return { settings, keys, problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}
