// Prints "N passed, M failed" from jest's report. A test file that could not be run counts as failed.
import { readFileSync } from 'node:fs';

try {
  const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests + report.numTodoTests;
  const also = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`${report.numPassedTests} passed, ${failed} failed${also}`);
} catch {
  console.log('0 passed, 1 failed');
}
