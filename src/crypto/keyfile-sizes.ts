export const VAULT_KEY_BYTES = 32;
export const PASSWORD_KEY_BYTES = 32;
/** Sealed vault key ‖ tag. */
export const WRAPPED_VAULT_KEY_BYTES = 48;
