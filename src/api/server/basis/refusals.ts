/** The codes by which a caller is told that it may not; the ledger keeps who was told so. */
const REFUSALS: ReadonlySet<string> = new Set(['FORBIDDEN', 'RATE_LIMITED', 'UNAUTHENTICATED']);

export function isRefusal(code: string): boolean {
  return REFUSALS.has(code);
}
