/** Where the session layer draws random bytes; the entry files give the operating system's. */
export interface Rng {
  /** `length` bytes that nobody can predict. */
  bytes(length: number): Uint8Array;
  /** True where these are the operating system's: then OpenSSL may as well draw what it needs itself. */
  readonly fromSystem?: boolean;
}
