import { writeCount, writeField } from './amounts';
import { companyAt } from '../companies/companies';
import { HOME_SPELLINGS, writeCountry } from '../companies/countries';
import { figuresOf, figuresSince, headcountOf } from '../companies/economy';
import { writeExportItems } from './exportItems';
import { PEOPLE, inventedEmail } from '../companies/people';
import { ABOUT, Random } from '../basis/random';
import type { ReportPlan } from './reportPlan';
import { NEW_FORM_YEAR, YEARLY } from './reportPlan';

/** How far its author has come: a few fields, all of them, all of them corrected. */
export type Stage = 'begun' | 'filled' | 'final';

const ACTIVITIES = [
  ...['Разработка программного обеспечения', 'Искусственный интеллект', 'Кибербезопасность'],
  ...[
    'Обработка данных',
    'Геймдев',
    'Финтех',
    'Облачные сервисы',
    'Интернет вещей',
    'Робототехника',
  ],
  ...['Образовательные технологии', 'Электронная коммерция', 'Блокчейн'],
] as const;
const OKEDS = ['62.01', '62.01.1', '62.02', '62.03', '62.09', '63.11', '63.12', '58.21', '58.29'];
/** What people write where a form leaves them room; nobody reads it but them. */
const PRODUCTS = [
  'Мобильное приложение и личный кабинет для малого бизнеса, интеграция с учётными системами заказчика',
  'Платформа сбора и анализа данных с датчиков для агропромышленных предприятий, модуль прогнозов',
  'Білім беру платформасы: онлайн сабақтар, тапсырмаларды автоматты тексеру және есептер',
  'Сервис электронного документооборота с проверкой подписи и архивом на стороне заказчика',
] as const;
const PROBLEMS = [
  'Не хватает специалистов по информационной безопасности; сроки поставки оборудования выросли',
  'Мамандар жетіспейді',
  'нет',
] as const;
/** All read as "nothing given". */
const NO_NUMBER = ['""', '"-"', '"—"', '"-1"', '"нет"', 'null', undefined] as const;

function writeCertificate(random: Random, plan: ReportPlan): string | undefined {
  const { certificateNumber, company } = plan.participation;
  if (plan.certificate === 'missing') return NO_NUMBER[plan.id % NO_NUMBER.length];
  const own = certificateNumber ?? String(700_000 + company);
  const number = plan.certificate === 'conflicting' ? `9${own}` : own;
  const style = random.next();
  if (style < 0.08 && /^\d+$/.test(number)) return number;
  return style < 0.11 ? `"  ${number} "` : `"${number}"`;
}

function writeExports(random: Random, plan: ReportPlan, tiyn: number): string | undefined {
  const listed = plan.year >= NEW_FORM_YEAR && plan.period !== YEARLY;
  if (listed && plan.participation.exporter) {
    // What no Gold row is made of may list what it likes.
    const free = plan.status !== 'signed' || plan.fate === 'deleted';
    return writeExportItems(random, free ? random.below(4) : plan.exportItems, tiyn);
  }
  const style = random.next();
  if (style < 0.5) return writeField(random, tiyn, 0);
  if (style < 0.75) return listed ? '[]' : 'null';
  return undefined;
}

function writeActivities(random: Random): string {
  const chosen = new Set(
    Array.from({ length: random.between(1, 3) }, () => random.pick(ACTIVITIES)),
  );
  return JSON.stringify([...chosen]);
}

function writeInvestorCountry(random: Random): string | undefined {
  const style = random.next();
  if (style < 0.7) return undefined;
  if (style < 0.8) return '""';
  if (style < 0.9) return JSON.stringify(random.pick(HOME_SPELLINGS));
  return JSON.stringify(writeCountry(random, 0.01));
}

/** `service_report.data` as its text. The same plan and stage give the same text at any time. */
export function writeReportData(plan: ReportPlan, stage: Stage): string {
  const random = new Random(ABOUT.reportData, plan.id);
  const { company: index, exporter, from } = plan.participation;
  const yearly = plan.period === YEARLY;
  const firstQuarter = Math.max(from, plan.quarter - (plan.quarter % 4));
  const sinceJanuary = figuresSince(index, firstQuarter, plan.quarter, exporter);
  const ofPeriod = yearly ? sinceJanuary : figuresOf(index, plan.quarter, exporter);
  const staff = headcountOf(index, plan.quarter);
  const oldForm = plan.year < NEW_FORM_YEAR;

  let fields = '';
  const put = (name: string, json: string | undefined) => {
    if (json !== undefined) fields += `${fields === '' ? '' : ','}"${name}":${json}`;
  };
  const amount = (name: string, tiyn: number, nothingShare = 0.03) =>
    put(name, writeField(random, tiyn, nothingShare));

  put('certificate_number', writeCertificate(random, plan));
  put('oked', `"${random.pick(OKEDS)}"`);
  put('residents_count', writeCount(random, staff.residents));
  put('nonresidents_count', writeCount(random, staff.nonresidents));
  put('gph_count', writeCount(random, staff.freelancers));
  if (oldForm) {
    const { bin, name } = companyAt(index);
    if (plan.binKnown && random.chance(0.99)) put('company_tin', `"${bin}"`);
    put('company_name', JSON.stringify(name));
  }
  if (stage === 'begun') return `{${fields}}`;

  const untouched = stage === 'final' ? 1 : 0.97;
  const taxes = ofPeriod.kpn + ofPeriod.nds + ofPeriod.ipn + ofPeriod.sn;
  amount('income_total', Math.round(sinceJanuary.income * untouched), 0.002);
  amount('income_international', Math.round(sinceJanuary.exported * untouched), 0.01);
  amount('income_total_current_quarter', ofPeriod.income, 0.005);
  const before = plan.quarter > from ? figuresOf(index, plan.quarter - 1, exporter).income : 0;
  amount('income_total_previous_quarter', before);
  amount('investments_total_current_quarter', ofPeriod.invested);
  amount('finance_source_increase_authorized_capital', ofPeriod.authorizedCapital);
  amount('main_capital_investments', ofPeriod.tangible + ofPeriod.intangible);
  amount('main_tangible_capital_investments', ofPeriod.tangible);
  amount('main_intangible_capital_investments', ofPeriod.intangible);
  amount('finance_source_loan', ofPeriod.loan);
  amount('finance_source_loan_foreign', ofPeriod.foreignLoan);
  amount(oldForm ? 'finance_source_government' : 'government_support_measures', ofPeriod.support);
  amount('finance_source_investment', ofPeriod.investment, 0.1);
  amount('investor_amount', ofPeriod.investment, 0.1);
  amount('tax_incentives', taxes);
  amount('tax_incentives_kpn', sinceJanuary.kpn, 0.01);
  amount('tax_incentives_nds', ofPeriod.nds, 0.01);
  amount('tax_incentives_ipn', ofPeriod.ipn, 0.01);
  amount('tax_incentives_sn', ofPeriod.sn, 0.01);
  amount('total_tax_saved', taxes, 0.01);
  amount('collection_amount', ofPeriod.collected);
  put('income_international_current_quarter', writeExports(random, plan, ofPeriod.exported));
  put('investor_country_company', writeInvestorCountry(random));
  if (plan.year > NEW_FORM_YEAR) put('activity_fields', writeActivities(random));
  // Columns of the form that no mart uses, among them personal data (of nobody).
  put('products', JSON.stringify(random.pick(PRODUCTS)));
  put('problems', JSON.stringify(random.pick(PROBLEMS)));
  put('responsible_person', JSON.stringify(random.pick(PEOPLE)));
  put('responsible_email', `"${inventedEmail(random, plan.id)}"`);
  put('responsible_phone', '"+7 700 000 00 00"');
  return `{${fields}}`;
}
