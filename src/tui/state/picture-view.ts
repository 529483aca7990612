import type { Message } from '../../session/client.ts';
import type { ImageCells } from '../media/image-cells.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withNotice } from './app-state.ts';
import { type Chat, isLocalId, type MainScreen } from './chat-state.ts';
import { indexOfMessage, messageAt } from './message-log.ts';

/** What the full view shows: what is still to come, the picture, or why there is none. */
export type PictureShown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly cells: ImageCells }
  | { readonly kind: 'failed'; readonly words: string };

/** One picture over the whole screen. */
export interface PictureDialog {
  readonly kind: 'picture';
  readonly id: string;
  readonly chat: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  readonly pixels: { readonly width: number; readonly height: number } | null;
  /** The cells it was last asked for in; null before. */
  readonly asked: PictureRoom | null;
  readonly shown: PictureShown;
}

export interface PictureRoom {
  readonly cols: number;
  readonly rows: number;
}

/** The title above, the keys below. */
const FRAME_ROWS = 2;

/** The cells that a picture has on this screen. */
export function pictureRoom({ rows, cols }: AppState): PictureRoom {
  return { cols, rows: Math.max(0, rows - FRAME_ROWS) };
}

function messageOf(main: MainScreen, id: string): Message | null {
  const chats: readonly Chat[] = [...main.chats.values()];
  for (const { log } of chats) {
    const message = messageAt(log, indexOfMessage(log, id));
    if (message !== undefined) return message;
  }
  return null;
}

/** Opens a message's picture in full; says so where there is none. */
export function openPicture(state: AppState, id: string): Step {
  const main = mainOf(state);
  const message = main === null ? null : messageOf(main, id);
  const attachment = message?.attachment;
  if (message?.kind !== 'image' || attachment === undefined)
    return step(withNotice(state, 'info', 'that message has no picture'));
  if (isLocalId(id)) return step(withNotice(state, 'info', 'that picture is still being prepared'));
  const { name, mime, bytes, width, height } = attachment;
  const dialog: PictureDialog = {
    kind: 'picture',
    id,
    chat: message.chat,
    name,
    mime,
    bytes,
    pixels: width === undefined || height === undefined ? null : { width, height },
    asked: null,
    shown: { kind: 'loading' },
  };
  return step(pushDialog(state, dialog));
}

function isPicture(dialog: { readonly kind: string }): dialog is PictureDialog {
  return dialog.kind === 'picture';
}

function replaced(state: AppState, before: PictureDialog, after: PictureDialog): AppState {
  return { ...state, dialogs: state.dialogs.map((dialog) => (dialog === before ? after : dialog)) };
}

/** The picture is asked for in the cells that there are, anew after each change of the screen's size. */
export function tendPictureView(state: AppState): Step {
  const dialog = state.dialogs.find(isPicture);
  if (dialog === undefined || dialog.shown.kind === 'failed') return step(state);
  const room = pictureRoom(state);
  if (dialog.asked?.cols === room.cols && dialog.asked.rows === room.rows) return step(state);
  return step(replaced(state, dialog, { ...dialog, asked: room }), { type: 'view-picture', id: dialog.id, ...room });
}

export function pictureCame(state: AppState, id: string, room: PictureRoom, shown: PictureShown): AppState {
  const dialog = state.dialogs.find(isPicture);
  if (dialog?.id !== id || dialog.asked?.cols !== room.cols || dialog.asked.rows !== room.rows) return state;
  return replaced(state, dialog, { ...dialog, shown });
}
