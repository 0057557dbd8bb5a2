/** The name in an enum of a field: LOAN_FUNDS of loanFunds. */
export function screamingSnake(field: string): string {
  return field.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
}
