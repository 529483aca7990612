import { type After, createInputDecoder } from './decoder.ts';
import type { InputEvent } from './events.ts';

/** Where keys come from, as bytes. */
export interface KeySource {
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
}

/** Keys that are decoded already: several interfaces may share one terminal. */
export interface InputEvents {
  listen(listener: (event: InputEvent) => void): () => void;
}

/** Hears every event of a source, in order; returns its end. */
export function listenTo(
  source: KeySource | InputEvents,
  listener: (event: InputEvent) => void,
  after: After,
): () => void {
  if ('listen' in source) return source.listen(listener);
  const decoder = createInputDecoder(listener, after);
  const onData = (bytes: Uint8Array): void => decoder.feed(bytes);
  source.on('data', onData);
  return () => {
    source.off('data', onData);
    decoder.close();
  };
}
