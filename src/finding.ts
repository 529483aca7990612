/** One thing that was looked at: how it is and, where it is not well, what to do. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export const well = (check: string, detail: string): Finding => ({ check, ok: true, detail });
export const amiss = (check: string, detail: string): Finding => ({ check, ok: false, detail });
