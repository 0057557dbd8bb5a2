import type { KINDS_OF_COMPANY } from './bins';
import { binMaskedAtSource, validBin, wrongBin } from './bins';
import { ABOUT, Random } from '../basis/random';

/** A company as everybody knows it. None exists: the names are put together from two lists. */
export interface Company {
  /** Its BIN, also where account_company does not have it. */
  readonly bin: string;
  readonly name: string;
  readonly shortName: string;
}

const FIRST_WORDS = [
  ...['Дала', 'Алатау', 'Барыс', 'Тулпар', 'Самрук', 'Жулдыз', 'Орда', 'Туран', 'Сункар', 'Арман'],
  ...['Өрлеу', 'Қазына', 'Жарық', 'Шапағат', 'Кайсар', 'Тенгри', 'Шанырак', 'Бастау', 'Акжол'],
  ...['Steppe', 'Nomad', 'Silk', 'Saiga', 'Altyn', 'Golden', 'North', 'Blue', 'Bright', 'Urban'],
] as const;
const SECOND_WORDS = [
  ...['Soft', 'Cloud', 'Labs', 'Data', 'Systems', 'Tech', 'Digital', 'Games', 'Robotics', 'AI'],
  ...['Studio', 'Media', 'Pay', 'Edu', 'Med', 'Logistics', 'Security', 'Networks', 'Bio', 'Agro'],
  ...['Сервис', 'Аналитика', 'Интеграция', 'Платформа', 'Облако', 'Код', 'Сеть', 'Технологии'],
] as const;
const LINKS = [' ', ' ', ' ', ' & ', '-'] as const;

function shortNameOf(index: number): string {
  const pairs = FIRST_WORDS.length * SECOND_WORDS.length;
  // 389 shares no factor with the number of pairs, so neighbours differ and no name comes twice.
  const pair = (index * 389) % pairs;
  const first = FIRST_WORDS[pair % FIRST_WORDS.length] ?? '';
  const second = SECOND_WORDS[Math.floor(pair / FIRST_WORDS.length)] ?? '';
  const link = LINKS[(index * 7) % LINKS.length] ?? ' ';
  const round = Math.floor(index / pairs);
  return `${first}${link}${second}${round === 0 ? '' : ` ${round + 1}`}`;
}

function binOf(index: number): string {
  if (index % 331 === 17) return binMaskedAtSource(index);
  if (index % 307 === 11) return wrongBin(index);
  const kind = index % 40 === 7 ? '60' : index % 50 === 3 ? '50' : '40';
  return validBin(index, kind satisfies (typeof KINDS_OF_COMPANY)[number]);
}

function nameOf(index: number, shortName: string): string {
  if (index % 40 === 7) return `ИП "${shortName}"`;
  if (index % 50 === 3) return `${shortName} LLP`;
  if (index % 61 === 5) return `АО «${shortName}»`;
  return `ТОО «${shortName}»`;
}

export function companyAt(index: number): Company {
  const shortName = shortNameOf(index);
  return { bin: binOf(index), name: nameOf(index, shortName), shortName };
}

/** The BIN that account_company has: a few companies have none there, a few an unreadable one. */
export function tinOf(index: number, company: Company): string | null {
  const random = new Random(ABOUT.company, index);
  if (random.chance(0.03)) return null;
  return random.chance(0.004) ? company.bin.slice(0, 5) : company.bin;
}
