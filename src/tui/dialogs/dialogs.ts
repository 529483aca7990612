import { type AppState, mainOf } from '../state/app-state.ts';
import type { Dialog } from '../state/dialog-state.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { paintAddContact } from './add-contact.ts';
import { paintAsk } from './ask.ts';
import { paintFiles } from './files.ts';
import { paintFind } from './find.ts';
import type { DialogRoot } from './frame.ts';
import { paintHelp } from './help.ts';
import { paintLink } from './link.ts';
import { paintLinks } from './links.ts';
import { paintMessageInfo } from './message-info.ts';
import { paintPicture } from './picture.ts';
import { paintProblems } from './problems.ts';
import { paintConfirm, paintOffer, paintPaste, paintRequest } from './question.ts';
import { paintReact } from './react.ts';
import { paintRecall } from './recall.ts';
import { paintSafetyNumber } from './safety-number.ts';
import { paintSearch } from './search.ts';
import { paintSecret } from './secret.ts';
import { paintMenu, paintSwitcher } from './switcher.ts';

type Paint = () => void;

function painterOf(root: DialogRoot, state: AppState, dialog: Dialog, theme: Theme): Paint {
  const main = mainOf(state);
  switch (dialog.kind) {
    case 'help':
      return () => paintHelp(root, dialog, theme);
    case 'add':
      return () => paintAddContact(root, dialog, theme);
    case 'link':
      return () => paintLink(root, dialog, theme);
    case 'switcher':
      return () => (main === null ? undefined : paintSwitcher(root, main, dialog, theme));
    case 'menu':
      return () => paintMenu(root, dialog, theme);
    case 'ask':
      return () => (main === null ? undefined : paintAsk(root, main, dialog, theme));
    case 'links':
      return () => paintLinks(root, dialog, theme);
    case 'search':
      return () => paintSearch(root, dialog, theme, state.now);
    case 'find':
      return () => paintFind(root, dialog, theme);
    case 'safety':
      return () => paintSafetyNumber(root, dialog, theme);
    case 'request':
      return () => paintRequest(root, dialog, theme);
    case 'confirm':
      return () => paintConfirm(root, dialog, theme);
    case 'paste':
      return () => paintPaste(root, dialog, theme);
    case 'files':
      return () => paintFiles(root, dialog, theme);
    case 'offer':
      return () => paintOffer(root, dialog, theme);
    case 'secret':
      return () => (main === null ? undefined : paintSecret(root, dialog, main.account, theme));
    case 'react':
      return () => paintReact(root, state, dialog, theme);
    case 'recall':
      return () => (main === null ? undefined : paintRecall(root, main, dialog, theme));
    case 'info':
      return () => (main === null ? undefined : paintMessageInfo(root, main, dialog, theme));
    case 'problems':
      return () => paintProblems(root, dialog, theme);
    case 'picture':
      return () => paintPicture(root, state, dialog, theme);
    default: {
      const never: never = dialog;
      return never;
    }
  }
}

/** The stack of dialogs, from the lowest to the one that owns the keys. */
export function paintDialogs(root: Surface, state: AppState, theme: Theme): void {
  const keyed: DialogRoot = { ...root, keymap: state.keymap, clock: state.settings.clock };
  for (const dialog of state.dialogs) painterOf(keyed, state, dialog, theme)();
}
