/**
 * Gives every slot a taker of its own, as many as can be at once, by augmenting paths (Kuhn's algorithm): first come, first served would
 * leave a slot empty that somebody else could have made room for. Earlier takers are preferred.
 */
export function assign<Slot, Taker>(
  slots: readonly Slot[],
  takers: readonly Taker[],
  fits: (slot: Slot, taker: Taker) => boolean,
): ReadonlyMap<number, Taker> {
  const holders = new Map<number, Taker>();
  for (const taker of takers) place(taker, new Set());
  return holders;

  /** Finds a slot for a taker, moving its holder where that has another; `tried` are the slots this search has been at. */
  function place(taker: Taker, tried: Set<number>): boolean {
    const fitting = [...slots.keys()].filter(
      (index) => !tried.has(index) && fits(slots[index] as Slot, taker),
    );
    const free = fitting.find((index) => !holders.has(index));
    for (const index of free === undefined ? fitting : [free]) {
      if (tried.has(index)) continue;
      tried.add(index);
      if (holders.has(index) && !place(holders.get(index) as Taker, tried)) continue;
      holders.set(index, taker);
      return true;
    }
    return false;
  }
}
