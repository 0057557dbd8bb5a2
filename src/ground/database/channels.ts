/**
 * What is said by NOTIFY, one channel each. Any account of the database can say anything on any channel: a
 * message is a hint to look at the tables, and nothing in it is read.
 */

/** A new data version was committed. */
export const PUBLISHED_CHANNEL = 'techorda_published';
/** A key was made or changed; said by a trigger on access.api_keys. */
export const KEY_CHANGES_CHANNEL = 'techorda_key_changes';
/** A refresh goes on; said by a trigger on refresh.runs. */
export const PROGRESS_CHANNEL = 'techorda_refresh_progress';
