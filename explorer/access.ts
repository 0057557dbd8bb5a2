import { ask } from './api';

/** What the page knows of its key. */
export type Access =
  | { readonly state: 'none' }
  | { readonly state: 'checking' }
  | { readonly state: 'given'; readonly sentence: string }
  | { readonly state: 'refused'; readonly sentence: string };

export const NO_ACCESS: Access = { state: 'none' };

/** Asks the API whether it knows the key, and which data it has. */
export async function checkAccess(key: string): Promise<Access> {
  try {
    const { status, answer } = await ask(key, { query: '{ __typename }' });
    if (status === 401) {
      return { state: 'refused', sentence: 'The API does not know this key, or no longer.' };
    }
    const problem = answer.errors?.[0];
    if (problem) return { state: 'refused', sentence: problem.message };
    return { state: 'given', sentence: sentenceOnData(answer.extensions?.dataVersion) };
  } catch {
    return { state: 'refused', sentence: 'The API cannot be reached.' };
  }
}

function sentenceOnData(version: { id: string; publishedAt: string } | undefined): string {
  if (!version) return 'No data has been published yet.';
  const published = new Date(version.publishedAt);
  return `Data version ${version.id}, published ${published.toLocaleString()}.`;
}
