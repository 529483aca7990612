import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One change of a source file, chosen at run time by its id in the environment. */
export interface Mutant {
  readonly id: string;
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  /** `Ignored` where it is none, by `ERROR_TEXTS`. */
  readonly status?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Instrumented {
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly mutants: readonly Mutant[];
}

/** Only what is used of Stryker's instrumenter, which the project itself does not install. */
interface InstrumenterModule {
  readonly Instrumenter: new (
    logger: object,
  ) => {
    instrument(
      files: readonly { readonly name: string; readonly mutate: true; readonly content: string }[],
      options: object,
    ): Promise<Instrumented>;
  };
}

/** A copy of the tree whose sources hold all their mutants at once, each asleep. */
export interface Workshop {
  readonly folder: string;
  readonly mutants: readonly Mutant[];
  remove(): void;
}

const COPIED = ['src', 'test', 'docs', 'assets', 'package.json', 'tsconfig.json'] as const;
const ENTRY = join('test', 'mutation', 'node_modules', '@stryker-mutator', 'instrumenter', 'dist', 'src', 'index.js');
const QUIET = {
  isDebugEnabled: () => false,
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, () => {}])),
};

interface NodePath {
  readonly node: { readonly type: string; readonly callee?: { readonly name?: string } };
  readonly parent: { readonly callee?: { readonly name?: string } } | undefined;
}

/** Functions that name a role only in what they throw. */
const ROLE_TAKERS: readonly string[] = ['mint', 'checked'];

/** Texts that only a programmer's mistake shows: an error's, and the role that is named in one. */
const ERROR_TEXTS = {
  shouldIgnore({ node, parent }: NodePath) {
    const isError = node.type === 'NewExpression' && (node.callee?.name ?? '').endsWith('Error');
    const isRole = node.type === 'StringLiteral' && ROLE_TAKERS.includes(parent?.callee?.name ?? '');
    return isError || isRole ? 'the text of an error' : undefined;
  },
};

/** Whether `npm install` was run in test/mutation. */
export function isEquipped(): boolean {
  return existsSync(ENTRY);
}

export async function openWorkshop(sources: readonly string[]): Promise<Workshop> {
  const module = (await import(pathToFileURL(resolve(ENTRY)).href)) as InstrumenterModule;
  const folder = mkdtempSync(join(tmpdir(), 'smchat-mutation-'));
  for (const name of COPIED) {
    cpSync(name, join(folder, name), { recursive: true, filter: (path) => !path.includes('node_modules') });
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  if (existsSync('dist')) symlinkSync(resolve('dist'), join(folder, 'dist'));
  mkdirSync(join(folder, 'covered'));
  const { files, mutants } = await new module.Instrumenter(QUIET).instrument(
    sources.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') })),
    { plugins: null, excludedMutations: [], ignorers: [ERROR_TEXTS] },
  );
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
  const counted = mutants.filter(({ status }) => status !== 'Ignored');
  return { folder, mutants: counted, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
