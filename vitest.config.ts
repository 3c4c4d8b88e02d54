import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // In every test file: what goes to and from the sandbox is held against GitHub's own descriptions, and what the app says is searched for secrets.
    setupFiles: ['./test/github-descriptions/setup.ts', './test/secrets/setup.ts'],
    environment: 'node',
    pool: 'forks',
    // A fifth of the time a test waits for git, or for an answer on its way.
    maxWorkers: availableParallelism() + 1,
    // A process of its own for each file took a third of the time. What a file changes outside itself, it puts back.
    isolate: false,
    // Generous: a slow machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/reporting/closing-line.ts'],
  },
});
