import { createHash } from 'node:crypto';

/** A strong tag: two answers bear the same one only if every byte of them is the same. */
export function entityTag(contentType: string, body: Buffer): string {
  const hash = createHash('sha256').update(contentType).update('\n').update(body);
  return `"${hash.digest('base64url').slice(0, 32)}"`;
}

/** Whether an If-None-Match header names the tag. It compares weakly: a proxy may have weakened it. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === tag || each === '*');
}
