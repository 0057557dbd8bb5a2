/**
 * Removes libpq's variables (PGHOST, PGPORT, PGOPTIONS, PGSSLMODE, …) from the environment of this process.
 * They describe the way to another server, and pg takes each part of an address from them that the address
 * leaves out. A process that starts a server of its own has no use for them, in none of its connections.
 */
export function forgetLibpqVariables(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of Object.keys(environment)) {
    if (/^PG[A-Z_]+$/.test(name)) Reflect.deleteProperty(environment, name);
  }
}
