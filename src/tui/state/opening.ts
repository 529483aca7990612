import { linksIn } from '../term/links.ts';
import { sanitizeText } from '../term/sanitize.ts';
import { type AppState, popDialog, pushDialog, type Step, step, withNotice, withPathNotice } from './app-state.ts';
import type { LinksDialog, Question } from './dialog-state.ts';
import { type OnMessage, whyNoFile } from './message-commands.ts';

/** What the system would run rather than show: never handed over, whatever its sender calls it. */
const RUNS =
  /\.(?:apk|app|appimage|application|bash|bat|bin|cmd|com|command|cpl|csh|desktop|dll|dmg|exe|fish|gadget|hta|inf|jar|js|jse|jnlp|ksh|lnk|msc|msi|msp|pif|pkg|pl|ps1|py|pyw|rb|reg|run|scf|scr|sh|terminal|tool|url|vb|vbe|vbs|webloc|workflow|ws|wsf|wsh|zsh)$/i;

/** Asks before anything leaves for another program: which link, or whether the file is to be saved and opened. */
export const openOutside: OnMessage = (state, _main, message) => {
  const links = [...new Set(linksIn(sanitizeText(message.text ?? '')).map(({ url }) => url))];
  if (links.length > 0) return step(pushDialog(state, { kind: 'links', links, selected: 0 }));
  if (message.attachment === undefined)
    return step(withNotice(state, 'info', 'there is no link and no file in that message'));
  const why = whyNoFile(message);
  if (why !== null) return step(withNotice(state, 'info', why));
  const { name: file, bytes } = message.attachment;
  if (RUNS.test(file.trim()))
    return step(withNotice(state, 'warning', 'that file would be run, not shown: s saves it, and it is not opened'));
  const question: Question = { kind: 'open-file', id: message.id, chat: message.chat, file, bytes };
  return step(pushDialog(state, { kind: 'confirm', question, selected: 1 }));
};

export function chooseLink(state: AppState, dialog: LinksDialog): Step {
  const url = dialog.links[dialog.selected];
  if (url === undefined) return step(state);
  return step(withNotice(popDialog(state), 'info', 'handed to the browser'), { type: 'open-link', url });
}

/** It was saved, and is given to the system's program. */
export function fileSavedToOpen(state: AppState, path: string): Step {
  if (RUNS.test(path))
    return step(withPathNotice(state, 'warning', 'that file would be run, so it is not opened. Saved:', path));
  return step(withPathNotice(state, 'success', 'saved, and given to the program for it:', path), {
    type: 'open-path',
    path,
  });
}
