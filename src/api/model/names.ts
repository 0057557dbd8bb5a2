/** taxBenefits -> tax_benefits: from a GraphQL name to a database name. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, '_$&').toLowerCase().replace(/^_/, '');
}

/** loanFunds -> LOAN_FUNDS: from a field to its value in an enum. */
export function screamingSnake(field: string): string {
  return snakeCase(field).toUpperCase();
}

/** bin -> binMasked: from a BIN to the field that says whether a pseudonym stands there. */
export function maskedField(field: string): string {
  return `${field}Masked`;
}

/** TaxBenefits -> taxBenefits: from a mart's type to its root field. */
export function camelCase(typeName: string): string {
  return typeName.charAt(0).toLowerCase() + typeName.slice(1);
}
