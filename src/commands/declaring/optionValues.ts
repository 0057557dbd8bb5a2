import { InvalidArgumentError } from 'commander';
import { readShare } from '../../config/shareSetting';

export function scaleOf(text: string): number {
  const scale = Number(text);
  if (Number.isFinite(scale) && scale > 0 && scale <= 100) return scale;
  throw new InvalidArgumentError('It must be a number above 0 and up to 100.');
}

export function shareOf(text: string): number {
  const share = readShare(text);
  if (share !== undefined) return share;
  throw new InvalidArgumentError('It must be a share from 0% to 100%, such as 50%.');
}

export function daysOf(text: string): number {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return Number(days);
  throw new InvalidArgumentError('It must be a number of days, such as 90d.');
}
