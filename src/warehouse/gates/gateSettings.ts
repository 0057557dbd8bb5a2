import { z } from 'zod';
import { declaredGates, type Gate, type Severity } from './declaredGates';

/** What a setting says of a gate in the place of what its file declares. */
export interface GateSetting {
  readonly severity?: Severity;
  readonly limit?: number;
}

export type GateSettings = ReadonlyMap<string, GateSetting>;

const CHOICE = /^(warn|hold)$|^(\d{1,9}(?:\.\d{1,6})?)(%?)$/;

function readSetting(gate: Gate, words: readonly string[]): GateSetting | undefined {
  let setting: GateSetting = {};
  for (const word of words) {
    const [, severity, limit, percent] = CHOICE.exec(word) ?? [];
    if (severity !== undefined && setting.severity === undefined) {
      setting = { ...setting, severity: severity === 'hold' ? 'HOLD' : 'WARN' };
    } else if (limit !== undefined && setting.limit === undefined) {
      if ((percent === '%') !== (gate.measure !== 'ROWS')) return undefined;
      setting = { ...setting, limit: Number(limit) };
    } else return undefined;
  }
  return setting;
}

function expected(): string {
  const names = declaredGates().filter(({ absolute }) => !absolute);
  return `gates with what holds of them, such as bin_missing=warn,0.5%;rows_gone=10%, of ${names.map(({ name }) => name).join(', ')}`;
}

/** Gates by name, each with another severity, another limit, or both. */
export const gateSettings = z.string().transform((text, context): GateSettings => {
  const settings = new Map<string, GateSetting>();
  for (const part of text.split(';').filter((each) => each.trim() !== '')) {
    const [, name = '', choices = ''] = /^\s*(\w+)\s*=([^=]+)$/.exec(part) ?? [];
    const gate = declaredGates().find((each) => each.name === name && !each.absolute);
    const words = choices.split(',').map((word) => word.trim());
    const setting = gate && !settings.has(name) ? readSetting(gate, words) : undefined;
    if (setting === undefined) {
      context.addIssue({ code: 'custom', message: expected() });
      return z.NEVER;
    }
    settings.set(name, setting);
  }
  return settings;
});

/** The gates as they are to be judged by. */
export function gatesWith(settings: GateSettings | undefined): readonly Gate[] {
  return declaredGates().map((gate) => ({ ...gate, ...settings?.get(gate.name) }));
}
