import type { Target } from './target.ts';

function fails(target: Target, input: Uint8Array): boolean {
  try {
    target.run(input.slice());
    return false;
  } catch {
    return true;
  }
}

/** A shorter input that fails as well, found by leaving out halves, quarters, and so on down to single bytes. */
export function smallest(target: Target, found: Uint8Array): Uint8Array {
  let input = found;
  if (!fails(target, input)) return input;
  for (let size = input.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at + size <= input.length; ) {
      const shorter = new Uint8Array([...input.subarray(0, at), ...input.subarray(at + size)]);
      if (fails(target, shorter)) input = shorter;
      else at += size;
    }
  }
  return input;
}
