import { createHash } from 'node:crypto';

/** A strong tag: two answers bear the same one only if every byte of them is the same. */
export function entityTag(contentType: string, body: Buffer): string {
  const hash = createHash('sha256').update(contentType).update('\n').update(body);
  return `"${hash.digest('base64url').slice(0, 32)}"`;
}

/** Whether an If-None-Match header names the tag. It compares weakly: a proxy may have weakened it, or it was weak. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === tag) return true;
  const opaque = withoutWeakness(tag);
  return ifNoneMatch
    .split(',')
    .map((each) => withoutWeakness(each.trim()))
    .some((each) => each === opaque || each === '*');
}

function withoutWeakness(tag: string): string {
  return tag.replace(/^W\//, '');
}
