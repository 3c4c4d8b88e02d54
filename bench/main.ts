import { benchCommand } from './command.ts';
import { pipelineBench } from './pipeline.ts';
import { NoPostgres } from './pipeline/server.ts';
import { sandboxBench } from './sandbox.ts';

// So that nothing that was started outlives an interruption.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await benchCommand(
  [sandboxBench, pipelineBench],
  (text) => process.stdout.write(text),
  (line) => process.stderr.write(`${line}\n`),
)
  .parseAsync()
  .catch((error: unknown) => {
    if (!(error instanceof NoPostgres)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  });
