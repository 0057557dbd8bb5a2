import { readdirSync } from 'node:fs';

const MIGRATION = /^\d{14}_\w+\.sql$/;

/** The files of a folder that are migrations, in their order; beside them lies the schema that they make. */
export function migrationNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => MIGRATION.test(name))
    .sort();
}
