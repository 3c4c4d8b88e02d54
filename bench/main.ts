import { benchCommand } from './command.ts';
import { sandboxBench } from './sandbox.ts';

await benchCommand([sandboxBench], (text) => process.stdout.write(text)).parseAsync();
