/** Not by `instanceof`: what Node throws may come from another realm, as it does in tests. */
function isErrorLike(
  error: unknown,
): error is { readonly message: string; readonly code?: unknown } {
  return typeof error === 'object' && error !== null && 'message' in error;
}

export function messageOf(error: unknown): string {
  return isErrorLike(error) ? error.message : String(error);
}

/** The code of a failed system call or of a PostgreSQL error, such as ENOENT or 57P03. */
export function codeOf(error: unknown): string | undefined {
  return isErrorLike(error) && typeof error.code === 'string' ? error.code : undefined;
}
