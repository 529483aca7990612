/** The code of what was thrown, for a log that tells nothing else of it. */
export function failureCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
