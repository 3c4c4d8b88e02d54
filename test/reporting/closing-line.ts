import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with the line that every CI reads, alone on its line: `Tests: N passed, N failed, N skipped`.
 * A file that could not be loaded counts as one failed test, so that it can't hide behind a count of zero.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      }
    }
    // Written when the process ends, after every other reporter.
    process.once('exit', () => {
      process.stdout.write(
        `\nTests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
      );
    });
  }
}
