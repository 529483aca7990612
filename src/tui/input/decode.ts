import type { InputEvent, KeyEvent } from './events.ts';
import { keyOfCharacter, keyOfSs3, keyOfTilde, modifiersOf } from './key-names.ts';
import { eventOfCsi, eventOfString } from './sequences.ts';

/** A lone Escape is a key once nothing has followed it for so long. */
export const ESCAPE_WAIT_MS = 40;
/** A sequence, an answer or a paste that was begun and does not go on is given up after so long. */
export const STALLED_WAIT_MS = 2000;
/** Longer pastes are cut: no message can hold more than a small part of this. */
export const PASTE_MAX_LENGTH = 1024 * 1024;
const CSI_MAX_LENGTH = 128;
const STRING_MAX_LENGTH = 4096;
const PASTE_END = '\x1b[201~';
const X10_MOUSE_LENGTH = 3;

/** Between two characters: what has been begun. */
export type DecoderState =
  | { readonly phase: 'ground' }
  | { readonly phase: 'escape'; readonly alt: boolean }
  | { readonly phase: 'csi'; readonly alt: boolean; readonly body: string }
  | { readonly phase: 'ss3'; readonly alt: boolean; readonly body: string }
  | { readonly phase: 'string'; readonly introducer: string; readonly body: string; readonly escaped: boolean }
  | { readonly phase: 'skip'; readonly left: number }
  | { readonly phase: 'paste'; readonly text: string; readonly length: number; readonly tail: string };

export interface Decoded {
  readonly state: DecoderState;
  readonly events: readonly InputEvent[];
}

export const GROUND: DecoderState = { phase: 'ground' };

type Emit = (event: InputEvent | null) => void;

function key(name: string): KeyEvent {
  return { type: 'key', key: name };
}

function afterEscape(alt: boolean, character: string, emit: Emit): DecoderState {
  switch (character) {
    case '[':
      return { phase: 'csi', alt, body: '' };
    case 'O':
      return { phase: 'ss3', alt, body: '' };
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return { phase: 'string', introducer: character, body: '', escaped: false };
    case '\x1b':
      if (alt) emit(key('escape'));
      return { phase: 'escape', alt: true };
    default:
      if (alt) emit(key('escape'));
      emit(keyOfCharacter(character, true));
      return GROUND;
  }
}

function inCsi(state: DecoderState & { phase: 'csi' }, character: string, emit: Emit): DecoderState {
  if (character === '\x1b') return { phase: 'escape', alt: false };
  if (character < ' ' || character > '~') return ground(character, emit);
  if (character < '@') {
    return { ...state, body: state.body.length < CSI_MAX_LENGTH ? state.body + character : state.body };
  }
  // The linux console's F1 to F5 are CSI [ A to E.
  if (state.body === '' && character === '[') return { ...state, body: '[' };
  if (state.body === '[') {
    emit(keyOfTilde(11 + character.charCodeAt(0) - 0x41, modifiersOf(undefined)));
    return GROUND;
  }
  if (state.body === '' && character === 'M') return { phase: 'skip', left: X10_MOUSE_LENGTH };
  if (state.body === '200' && character === '~') return { phase: 'paste', text: '', length: 0, tail: '' };
  if (state.body.length >= CSI_MAX_LENGTH) return GROUND;
  const [, parameters = '', intermediates = ''] = /^([0-?]*)([ -/]*)/.exec(state.body) ?? [];
  emit(eventOfCsi(parameters, intermediates, character, state.alt));
  return GROUND;
}

function inSs3(state: DecoderState & { phase: 'ss3' }, character: string, emit: Emit): DecoderState {
  if (character === '\x1b') return { phase: 'escape', alt: false };
  if (character >= '0' && character <= '9' && state.body.length < 2) return { ...state, body: state.body + character };
  if (character < ' ' || character > '~') return ground(character, emit);
  const modifiers = modifiersOf(state.body === '' ? undefined : Number(state.body));
  emit(keyOfSs3(character, { ...modifiers, alt: modifiers.alt || state.alt }));
  return GROUND;
}

function inString(state: DecoderState & { phase: 'string' }, character: string, emit: Emit): DecoderState {
  if (state.escaped && character !== '\\') return afterEscape(false, character, emit);
  if (character === '\x07' || (state.escaped && character === '\\')) {
    if (state.body.length < STRING_MAX_LENGTH) emit(eventOfString(state.introducer, state.body));
    return GROUND;
  }
  if (character === '\x1b') return { ...state, escaped: true };
  if (character === '\x18' || character === '\x1a') return GROUND;
  return { ...state, body: state.body.length < STRING_MAX_LENGTH ? state.body + character : state.body };
}

function ground(character: string, emit: Emit): DecoderState {
  if (character === '\x1b') return { phase: 'escape', alt: false };
  emit(keyOfCharacter(character, false));
  return GROUND;
}

function step(state: Exclude<DecoderState, { phase: 'paste' }>, character: string, emit: Emit): DecoderState {
  switch (state.phase) {
    case 'ground':
      return ground(character, emit);
    case 'escape':
      return afterEscape(state.alt, character, emit);
    case 'csi':
      return inCsi(state, character, emit);
    case 'ss3':
      return inSs3(state, character, emit);
    case 'string':
      return inString(state, character, emit);
    case 'skip':
      return state.left > 1 ? { phase: 'skip', left: state.left - 1 } : GROUND;
  }
}

function pasteEvent({ text, length }: { readonly text: string; readonly length: number }): InputEvent {
  return { type: 'paste', text: text.replace(/\r\n?/g, '\n'), truncated: length > PASTE_MAX_LENGTH };
}

/** How much of the end of a text may be the beginning of the paste's end mark. */
function endMarkPrefixLength(text: string): number {
  for (let length = Math.min(PASTE_END.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(PASTE_END.slice(0, length))) return length;
  }
  return 0;
}

function addToPaste(state: DecoderState & { phase: 'paste' }, text: string): DecoderState & { phase: 'paste' } {
  const room = Math.max(0, PASTE_MAX_LENGTH - state.length);
  const length = state.length + text.length;
  return { ...state, length, text: state.text + text.slice(0, room) };
}

/** Takes text up to the paste's end mark; returns what follows it. */
function inPaste(
  state: DecoderState & { phase: 'paste' },
  text: string,
  emit: Emit,
): { state: DecoderState; rest: string } {
  const all = state.tail + text;
  const end = all.indexOf(PASTE_END);
  if (end >= 0) {
    emit(pasteEvent(addToPaste(state, all.slice(0, end))));
    return { state: GROUND, rest: all.slice(end + PASTE_END.length) };
  }
  const cut = all.length - endMarkPrefixLength(all);
  return { state: { ...addToPaste(state, all.slice(0, cut)), tail: all.slice(cut) }, rest: '' };
}

/** The events of the next characters, wherever the stream was cut before them. */
export function decodeInput(before: DecoderState, text: string): Decoded {
  const events: InputEvent[] = [];
  const emit: Emit = (event) => {
    if (event !== null) events.push(event);
  };
  let state = before;
  let rest = text;
  while (rest !== '') {
    if (state.phase === 'paste') {
      ({ state, rest } = inPaste(state, rest, emit));
      continue;
    }
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    rest = rest.slice(character.length);
    state = step(state, character, emit);
  }
  return { state, events };
}

/** How long a state may wait for more input before `expireInput` is to be called; null where it may wait for ever. */
export function waitOf(state: DecoderState): number | null {
  switch (state.phase) {
    case 'ground':
      return null;
    case 'escape':
      return ESCAPE_WAIT_MS;
    case 'csi':
    case 'ss3':
    case 'string':
      return state.body === '' ? ESCAPE_WAIT_MS : STALLED_WAIT_MS;
    case 'skip':
    case 'paste':
      return STALLED_WAIT_MS;
  }
}

/** Nothing has followed: a lone Escape and Alt-[ become keys, a paste without an end is handed over as it is. */
export function expireInput(state: DecoderState): Decoded {
  switch (state.phase) {
    case 'escape':
      return { state: GROUND, events: state.alt ? [key('escape'), key('escape')] : [key('escape')] };
    case 'csi':
    case 'ss3':
    case 'string':
      if (state.body !== '') return { state: GROUND, events: [] };
      return { state: GROUND, events: [key(`M-${introducerOf(state)}`)] };
    case 'paste':
      return { state: GROUND, events: [pasteEvent(addToPaste(state, state.tail))] };
    case 'ground':
    case 'skip':
      return { state: GROUND, events: [] };
  }
}

function introducerOf(state: DecoderState & { phase: 'csi' | 'ss3' | 'string' }): string {
  if (state.phase === 'csi') return '[';
  return state.phase === 'ss3' ? 'O' : state.introducer;
}
