import { Password } from '../session/password.ts';
import { asSmchatError } from '../smchat-error.ts';

const copyOf = (password: Password): Password => new Password(new TextDecoder().decode(password.bytes));

/**
 * The password of an account that another process has open, kept to open it here once that process ends. While it is
 * being changed there, and that process may end before it says whether it was, the next one is kept beside it.
 */
export class KeptPassword {
  #current: Password;
  #next: Password | null = null;

  constructor(password: Password) {
    this.#current = copyOf(password);
  }

  /** What `open` gives with the password that fits. */
  async use<T>(open: (password: Password) => Promise<T>): Promise<T> {
    try {
      return await open(this.#current);
    } catch (thrown) {
      if (this.#next === null || asSmchatError(thrown).code !== 'wrong-password') throw thrown;
      const opened = await open(this.#next);
      this.settle(true);
      return opened;
    }
  }

  /** This may soon be the password. */
  expect(next: Password): void {
    this.#next?.wipe();
    this.#next = copyOf(next);
  }

  /** It is now, or it is not. */
  settle(changed: boolean): void {
    if (this.#next === null) return;
    if (changed) {
      this.#current.wipe();
      this.#current = this.#next;
    } else this.#next.wipe();
    this.#next = null;
  }

  /** Whether it is still open which of two it is. */
  get unsettled(): boolean {
    return this.#next !== null;
  }

  wipe(): void {
    this.#current.wipe();
    this.#next?.wipe();
  }
}
