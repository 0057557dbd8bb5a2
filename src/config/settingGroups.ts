import type { Setting } from './setting';
import { credentialSettings } from './settings/credentials';
import { databaseSettings } from './settings/database';
import { listeningSettings } from './settings/listening';
import { maskingSettings } from './settings/masking';
import { observationSettings } from './settings/observation';
import { requestSettings } from './settings/requests';
import { warehouseSettings } from './settings/warehouse';

/** All settings, by name. */
export const settings = {
  ...databaseSettings,
  ...listeningSettings,
  ...maskingSettings,
  ...warehouseSettings,
  ...credentialSettings,
  ...requestSettings,
  ...observationSettings,
} as const;

/** What is said of a setting; how its text is read is of no matter here. */
export type SaidSetting = Pick<Setting<unknown>, 'meaning' | 'fallback' | 'absent'>;

/** The same settings as people read about them, in the order of the groups. */
export const settingGroups: readonly {
  readonly title: string;
  readonly settings: Readonly<Record<string, SaidSetting>>;
}[] = [
  { title: 'Database', settings: databaseSettings },
  { title: 'Listening', settings: listeningSettings },
  { title: 'Masking', settings: maskingSettings },
  { title: 'Loading and refreshing', settings: warehouseSettings },
  { title: 'Credentials', settings: credentialSettings },
  { title: 'Requests', settings: requestSettings },
  { title: 'Observation', settings: observationSettings },
];
