/** One step of a glob: `many` stands for any number of items, none among them; a test stands for exactly one item. */
export type Step<Item> = 'many' | ((item: Item) => boolean);

/**
 * Whether the steps describe exactly these items. Only the latest `many` is ever tried again, so the work is bounded by steps × items
 * however many of them there are.
 */
export function describes<Item>(steps: readonly Step<Item>[], items: readonly Item[]): boolean {
  let step = 0;
  let item = 0;
  let retry: { readonly step: number; item: number } | undefined;
  while (item < items.length) {
    const test = steps[step];
    if (test === 'many') {
      step += 1;
      retry = { step, item };
    } else if (test?.(items[item] as Item)) {
      step += 1;
      item += 1;
    } else if (retry) {
      retry.item += 1;
      ({ step, item } = retry);
    } else return false;
  }
  return steps.slice(step).every((rest) => rest === 'many');
}
