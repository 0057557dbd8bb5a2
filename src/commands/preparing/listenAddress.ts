import { createServer } from 'node:net';
import type { Config } from '../../config/config';
import { ownerOfPort } from './portOwner';

/** The address to listen on cannot be had; the message says why, and what to do. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

type Address = Pick<Config, 'HOST' | 'PORT'>;

async function whoHas({ HOST, PORT }: Address): Promise<string> {
  const owner = await ownerOfPort(PORT);
  const taken = `Port ${PORT} on ${HOST} is taken`;
  if (owner === undefined) return `${taken}. Set PORT to another one, or 0 for any free one.`;
  const command = owner.command === '' ? '' : ` (${owner.command.slice(0, 100)})`;
  return `${taken} by process ${owner.pid}${command}. End that with: kill ${owner.pid}, or set PORT to another one, or 0 for any free one.`;
}

/** Why it cannot be listened there, as a sentence; other errors as they are. */
export async function explainListening(address: Address, error: unknown): Promise<unknown> {
  const { HOST, PORT } = address;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  switch (code) {
    case 'EADDRINUSE':
      return new AddressRefused(await whoHas(address));
    case 'EACCES':
      return new AddressRefused(
        `Port ${PORT} may not be listened on by this user. Set PORT to one from 1024.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new AddressRefused(
        `HOST is ${HOST}, which is no address of this machine. Set it to one, such as 127.0.0.1, or 0.0.0.0 for all.`,
      );
    default:
      return error;
  }
}

/** Throws {@link AddressRefused} at once, before anything is started for an API that nobody could reach. */
export async function assertCanListen(address: Address): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ host: address.HOST, port: address.PORT, exclusive: true }, resolve);
    });
  } catch (error) {
    throw await explainListening(address, error);
  }
  await new Promise((resolve) => probe.close(resolve));
}
