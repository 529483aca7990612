import { textOf } from '../edit/text-buffer.ts';
import type { FolderEntry } from '../files/local-files.ts';
import type { Action } from './action.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withTopDialog } from './app-state.ts';
import { chooseFile } from './chosen-file.ts';
import type { FilesDialog, Wanted } from './dialog-state.ts';
import { emptied, lineField } from './fields.ts';
import { fuzzyFilter } from './fuzzy.ts';

/** Where choosing begins: the user's own folder. */
const START = '~';

/** Opens the folders, at the user's own or at one that is named; `typed` is what the names are filtered by. */
export function openFiles(state: AppState, chat: string, wanted: Wanted, folder = START, typed = ''): Step {
  const dialog: FilesDialog = {
    kind: 'files',
    chat,
    wanted,
    folder,
    entries: null,
    isCut: false,
    showsHidden: false,
    input: lineField(typed),
    selected: 0,
    cameFrom: null,
    error: null,
  };
  return step(pushDialog(state, dialog), { type: 'list-folder', path: folder });
}

function filesDialog(state: AppState): FilesDialog | null {
  return state.dialogs.find((dialog): dialog is FilesDialog => dialog.kind === 'files') ?? null;
}

function replaced(state: AppState, before: FilesDialog, after: FilesDialog): AppState {
  return { ...state, dialogs: state.dialogs.map((dialog) => (dialog === before ? after : dialog)) };
}

/** Another folder is asked for; the one that is shown goes at once. */
export function enterFolder(state: AppState, path: string, cameFrom: string | null = null): Step {
  const dialog = filesDialog(state);
  if (dialog === null) return step(state);
  const input = emptied(dialog.input);
  const asking = { ...dialog, folder: path, entries: null, isCut: false, input, selected: 0, cameFrom, error: null };
  return step(replaced(state, dialog, asking), { type: 'list-folder', path });
}

function isWanted({ wanted }: FilesDialog, { kind, isPicture }: FolderEntry): boolean {
  return kind === 'folder' || wanted !== 'image' || isPicture;
}

/** A typed dot asks for them as well. */
function isHidden({ showsHidden, input }: FilesDialog, { name }: FolderEntry): boolean {
  return name.startsWith('.') && !showsHidden && !textOf(input).startsWith('.');
}

/** How many are left out for beginning with a dot. */
export function hiddenCount(dialog: FilesDialog): number {
  return (dialog.entries ?? []).filter((entry) => isWanted(dialog, entry) && isHidden(dialog, entry)).length;
}

const shown = new WeakMap<FilesDialog, readonly FolderEntry[]>();

/** What the dialog lists: what is wanted and fits what is typed, the best first. */
export function shownEntries(dialog: FilesDialog): readonly FolderEntry[] {
  const known = shown.get(dialog);
  if (known !== undefined) return known;
  const offered = (dialog.entries ?? []).filter((entry) => isWanted(dialog, entry) && !isHidden(dialog, entry));
  const found = fuzzyFilter(offered, textOf(dialog.input).trim(), ({ name }) => name);
  shown.set(dialog, found);
  return found;
}

export function folderListed(state: AppState, action: Extract<Action, { type: 'folder-listed' }>): Step {
  const dialog = filesDialog(state);
  if (dialog === null || dialog.entries !== null || dialog.folder !== action.asked) return step(state);
  const { path, entries, isCut } = action.folder;
  const listed: FilesDialog = { ...dialog, folder: path, entries, isCut, error: null };
  const at = shownEntries(listed).findIndex(({ name }) => name === dialog.cameFrom);
  return step(replaced(state, dialog, { ...listed, selected: Math.max(0, at), cameFrom: null }));
}

/** A folder that cannot be read: said in the dialog, which stays for another try. */
export function folderFailed(state: AppState, asked: string, sentence: string): Step {
  const dialog = filesDialog(state);
  if (dialog === null || dialog.folder !== asked) return step(state);
  return step(replaced(state, dialog, { ...dialog, entries: [], error: sentence }));
}

/** Whether what is typed is a path to go to, not letters of a name. */
export function isPathTyped(typed: string): boolean {
  return /^(?:~|[A-Za-z]:[\\/]|file:\/\/)|\//.test(typed);
}

/** A path below the folder that is shown, as a person would write it. */
export function pathIn(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** The folder above, and the name by which it holds this one; null at the top. */
export function parentOf(folder: string): { readonly parent: string; readonly name: string } | null {
  const match = /^(.*)[\\/]([^\\/]+)[\\/]?$/.exec(folder);
  if (match === null) return null;
  const [, above = '', name = ''] = match;
  return { parent: above === '' ? '/' : /^[A-Za-z]:$/.test(above) ? `${above}\\` : above, name };
}

export function goUp(state: AppState, dialog: FilesDialog): Step {
  const above = parentOf(dialog.folder);
  return above === null ? step(state) : enterFolder(state, above.parent, above.name);
}

export function toggleHidden(state: AppState, dialog: FilesDialog): Step {
  const before = shownEntries(dialog)[dialog.selected]?.name;
  const toggled: FilesDialog = { ...dialog, showsHidden: !dialog.showsHidden };
  const at = shownEntries(toggled).findIndex(({ name }) => name === before);
  return step(withTopDialog(state, { ...toggled, selected: Math.max(0, at) }));
}

/** Enter: into a folder, or this file it is; a typed path is gone to. */
export function chooseEntry(state: AppState, dialog: FilesDialog): Step {
  const typed = textOf(dialog.input).trim();
  const { chat, wanted, folder } = dialog;
  if (isPathTyped(typed)) {
    const isAbsolute = /^(?:[~/\\]|[A-Za-z]:[\\/]|file:|['"])/.test(typed);
    const path = isAbsolute ? typed : pathIn(folder, typed);
    return step(state, { type: 'look-at-path', path, purpose: 'dialog', chat, wanted });
  }
  const entry = shownEntries(dialog)[dialog.selected];
  const main = mainOf(state);
  if (entry === undefined || main === null) return step(state);
  const path = pathIn(folder, entry.name);
  if (entry.kind === 'folder') return enterFolder(state, path);
  const closed = { ...state, dialogs: state.dialogs.filter((other) => other !== dialog) };
  const { name, isPicture } = entry;
  return chooseFile(closed, main, chat, { path, name, bytes: entry.bytes ?? 0, isPicture }, wanted);
}
