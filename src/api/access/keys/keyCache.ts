import type { Knex } from 'knex';
import { KEY_CHANGES_CHANNEL } from '../../../ground/database/channels';
import type { Notifications } from '../../../ground/database/connecting/notifications';
import { nobody, type CredentialKind } from '../readCredential';
import { findHolder, hashTextOf, looksLikeKey } from './keys';
import type { Roles } from '../roles';
import type { Viewer } from '../viewer';

/** Holders that are remembered at once; the oldest is forgotten for a new one. */
const MAX_REMEMBERED = 10_000;
/** For changes of which nobody tells: time that passes, and a database behind a proxy of sessions. */
const LONGEST = 1_000;

/** What was found out, or is being found out, holds until then, and for as long as no change is heard of. */
interface Holds {
  readonly until: number;
  /** How many changes had been heard of when it began. */
  readonly changes: number;
}

interface Remembered extends Holds {
  readonly viewer: Viewer;
}

interface UnderWay extends Holds {
  readonly found: Promise<Viewer | null>;
  /** The look-up after this one, for all who ask after a change. */
  next?: Promise<Viewer | null>;
}

export interface KeyHoldersOptions {
  readonly roles?: Roles | undefined;
  /** Told that a key was used, at each use. */
  readonly onUse?: (keyId: string) => void;
}

export interface KeyHolders {
  /** Who holds a key; null where it is none, or none any more. */
  recognise: CredentialKind;
  /** Something about keys changed, or may have without anybody hearing of it. */
  onChange(tell: () => void): void;
}

/**
 * Looks keys up, and remembers who holds them for as long as nobody changes a key. Who asks while a key is being
 * looked up waits for the same answer, or for that of the look-up after it where a change was heard of meanwhile:
 * however often anybody says that keys were changed, a key takes one connection. While changes cannot be heard of, nothing is remembered and nothing shared:
 * a revoked key ends at once, whatever it costs.
 */
export function rememberKeyHolders(
  database: Knex,
  notifications: Notifications,
  { roles, onUse }: KeyHoldersOptions = {},
): KeyHolders {
  const remembered = new Map<string, Remembered>();
  const underWay = new Map<string, UnderWay>();
  // What began before the last of them answers nobody who asks after it.
  let changes = 0;
  const holds = (what: Holds | undefined) =>
    what?.changes === changes && what.until > performance.now();
  const toTell: (() => void)[] = [];
  const forget = () => {
    changes += 1;
    for (const tell of toTell) tell();
  };
  notifications.on(KEY_CHANGES_CHANNEL, forget);

  const lookUp = async (name: string, began: Holds): Promise<Viewer | null> => {
    const viewer = await findHolder(database, Buffer.from(name, 'base64'), roles);
    if (viewer && notifications.listening() && began.changes === changes) {
      const [oldest] = remembered.keys();
      if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      remembered.set(name, { viewer, until: performance.now() + LONGEST, changes });
    }
    return viewer;
  };

  const begin = (name: string): Promise<Viewer | null> => {
    const began = { changes, until: performance.now() + LONGEST };
    const found = lookUp(name, began).finally(() => {
      if (underWay.get(name) === begun) underWay.delete(name);
    });
    const begun: UnderWay = { ...began, found };
    if (notifications.listening()) underWay.set(name, begun);
    return found;
  };

  const share = (name: string): Promise<Viewer | null> => {
    const same = underWay.get(name);
    // One that takes as long may never end: nobody waits for it.
    if (!same || same.until <= performance.now() || !notifications.listening()) return begin(name);
    if (holds(same)) return same.found;
    // Whatever is under way then has begun since.
    const after = () => underWay.get(name)?.found ?? begin(name);
    return (same.next ??= same.found.then(after, after));
  };

  const use = (viewer: Viewer | null) => {
    if (viewer) onUse?.(viewer.keyId);
    return viewer;
  };
  return {
    recognise(key) {
      if (!looksLikeKey(key)) return nobody;
      const name = hashTextOf(key);
      return () => {
        const known = remembered.get(name);
        if (known && holds(known)) return use(known.viewer);
        remembered.delete(name);
        return share(name).then(use);
      };
    },
    onChange: (tell) => void toTell.push(tell),
  };
}
