import { RefreshEnded } from './ended';
import { OutOfPseudonyms } from '../tables/pseudonyms';

/**
 * Why a run failed, as callers may read it: PostgreSQL puts values into its messages, which are for the
 * log and for the run's own row.
 */
export function failureSentence(error: unknown, step: string | undefined): string {
  if (error instanceof RefreshEnded || error instanceof OutOfPseudonyms) return error.message;
  const where = step === undefined ? 'before its first step' : `in the step ${step}`;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `The run failed ${where}${code}; nothing of it was published. The log says more under its run id.`;
}
