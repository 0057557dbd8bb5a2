// The types of all values that are read, compared and shown: those of columns, and those of what is computed.
export * from './columnTypes';
export { certificateSource as CertificateSource } from './certificateSource';
export { bigInt as BigInt } from './bigInt';
export { sum as Sum } from './sum';
export { float as Float } from './float';
