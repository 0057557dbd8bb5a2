/**
 * The column of a mart that says when the refresh last changed the row. It is no part of what the row says:
 * its SELECT does not give it, and two rows that differ in it alone are equal.
 */
export const CHANGED_AT = 'changed_at';
