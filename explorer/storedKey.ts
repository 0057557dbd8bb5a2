const NAME = 'techorda key';

/** The key of this browser tab: it goes when the tab is closed, and is in no other storage. */
export function readStoredKey(): string {
  return sessionStorage.getItem(NAME) ?? '';
}

export function storeKey(key: string): void {
  if (key === '') sessionStorage.removeItem(NAME);
  else sessionStorage.setItem(NAME, key);
}
