/** What bytes from outside give: a value, or the reason why they were refused. They never throw. */
export type Outcome<T, Reason extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: Reason };

/** A successful outcome. */
export function accept<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A refusal; the reason is a fixed word that a table elsewhere turns into a sentence. */
export function refuse<const Reason extends string>(reason: Reason): { readonly ok: false; readonly reason: Reason } {
  return { ok: false, reason };
}
