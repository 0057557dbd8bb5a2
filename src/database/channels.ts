/** What is said by NOTIFY, one channel each. */

/** A new data version; its id is the message. Said as it commits. */
export const PUBLISHED_CHANNEL = 'techorda_published';
/** A key was made or changed; said by a trigger on access.api_keys. */
export const KEY_CHANGES_CHANNEL = 'techorda_key_changes';
/** How a refresh goes, as JSON; said by a trigger on refresh.runs. */
export const PROGRESS_CHANNEL = 'techorda_refresh_progress';
