import { textOf } from '../edit/text-buffer.ts';
import type { Action } from './action.ts';
import { type AppState, mainOf, popDialog, pushDialog, type Step, step, withNotice } from './app-state.ts';
import { isLocalId } from './chat-state.ts';
import type { ReactDialog } from './dialog-state.ts';
import { emojiChoices, type NamedEmoji } from './emoji-choice.ts';
import { lineField } from './fields.ts';
import type { OnMessage } from './message-commands.ts';

export type ReactionChoice =
  | { readonly kind: 'take-back'; readonly emoji: string }
  | { readonly kind: 'emoji'; readonly emoji: NamedEmoji };

/** Asks for an emoji for a message. */
export const openReact: OnMessage = (state, main, message) => {
  if (isLocalId(message.id)) return step(withNotice(state, 'info', 'that message is still on its way to the disk'));
  const own = message.reactions?.find(({ from }) => from === main.account)?.emoji ?? '';
  const dialog: ReactDialog = {
    kind: 'react',
    id: message.id,
    chat: message.chat,
    own,
    input: lineField(),
    selected: 0,
  };
  const opened = pushDialog(state, dialog);
  return state.emoji === null ? step(opened, { type: 'load-emoji' }) : step(opened);
};

/** The lines of the dialog: first, where there is one, that the own emoji goes. */
export function reactionChoices(state: AppState, dialog: ReactDialog): readonly ReactionChoice[] {
  const typed = textOf(dialog.input);
  const emoji = emojiChoices(state.emoji, typed).map((each): ReactionChoice => ({ kind: 'emoji', emoji: each }));
  return dialog.own === '' || typed !== '' ? emoji : [...emoji, { kind: 'take-back', emoji: dialog.own }];
}

export function chooseReaction(state: AppState, dialog: ReactDialog): Step {
  const choice = reactionChoices(state, dialog)[dialog.selected];
  if (choice === undefined || mainOf(state) === null) return step(state);
  const emoji = choice.kind === 'emoji' ? choice.emoji.emoji : '';
  return step(popDialog(state), { type: 'react', id: dialog.id, emoji });
}

/** The change itself is told by its event; only what has not happened yet is said. */
export function changeTold(state: AppState, { effect, result }: Extract<Action, { type: 'changed' }>): Step {
  if (result.status === 'sent') return step(state);
  const what = { edit: 'changed here', react: 'noted here', disappear: 'set here' }[effect.type];
  return step(withNotice(state, 'info', `${what}; it goes out as soon as the relay and the contact allow`));
}
