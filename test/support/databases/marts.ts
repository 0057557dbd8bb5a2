import { loadModel } from '../../../src/api/model/read/loadModel';

/** The marts as they are declared: a test that is about all of them names none. */
export const { marts } = loadModel();

/** The marts that have exactly one row for each signed report. */
export const reportMarts = marts.filter(({ table, reportTable }) => table === reportTable);
