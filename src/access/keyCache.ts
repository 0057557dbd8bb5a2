import type { Knex } from 'knex';
import { KEY_CHANGES_CHANNEL } from '../database/channels';
import type { Notifications } from '../database/notifications';
import { nobody, type CredentialKind } from './readCredential';
import { findHolder, hashTextOf, looksLikeKey } from './keys';
import type { Roles } from './roles';
import type { Viewer } from './viewer';

/** Holders that are remembered at once; the oldest is forgotten for a new one. */
const MOST = 10_000;
/** For changes of which nobody tells: time that passes, and a database behind a proxy of sessions. */
const LONGEST = 1_000;

interface Remembered {
  readonly viewer: Viewer;
  readonly until: number;
}

interface UnderWay {
  readonly found: Promise<Viewer | null>;
  readonly until: number;
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
 * looked up waits for the same answer. While changes cannot be heard of, nothing is remembered and nothing shared:
 * a revoked key ends at once, whatever it costs.
 */
export function rememberKeyHolders(
  database: Knex,
  notifications: Notifications,
  { roles, onUse }: KeyHoldersOptions = {},
): KeyHolders {
  const remembered = new Map<string, Remembered>();
  const underWay = new Map<string, UnderWay>();
  // Counts the changes, so that a look-up that began before one is not remembered after it.
  let changes = 0;
  const toTell: (() => void)[] = [];
  const forget = () => {
    changes += 1;
    remembered.clear();
    // What began before a change does not answer who asks after it.
    underWay.clear();
    for (const tell of toTell) tell();
  };
  notifications.on(KEY_CHANGES_CHANNEL, forget);

  const lookUp = async (name: string): Promise<Viewer | null> => {
    const before = changes;
    const viewer = await findHolder(database, Buffer.from(name, 'base64'), roles);
    if (viewer && notifications.listening() && before === changes) {
      const [oldest] = remembered.keys();
      if (remembered.size >= MOST && oldest !== undefined) remembered.delete(oldest);
      remembered.set(name, { viewer, until: performance.now() + LONGEST });
    }
    return viewer;
  };

  const share = (name: string): Promise<Viewer | null> => {
    const same = underWay.get(name);
    if (same && same.until > performance.now()) return same.found;
    const begun = {
      found: lookUp(name).finally(() => {
        if (underWay.get(name) === begun) underWay.delete(name);
      }),
      until: performance.now() + LONGEST,
    };
    if (notifications.listening()) underWay.set(name, begun);
    return begun.found;
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
        if (known && known.until > performance.now()) return use(known.viewer);
        remembered.delete(name);
        return share(name).then(use);
      };
    },
    onChange: (tell) => void toTell.push(tell),
  };
}
