// The types that columns of marts and entities may have, by the names that schema/ gives them. A new type is a file
// beside this one, and a line here.
export { int as Int } from './int';
export { string as String } from './string';
export { boolean as Boolean } from './boolean';
export { decimal as Decimal } from './decimal';
export { date as Date } from './date';
export { dateTime as DateTime } from './dateTime';
export { reportType as ReportType } from './reportType';
