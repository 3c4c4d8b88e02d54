/**
 * Gives every slot a taker of its own, as many as can be at once, by augmenting paths (Kuhn's algorithm): first come, first served would
 * leave a slot empty that somebody else could have made room for. Earlier takers are preferred.
 */
export function assign<Slot, Taker>(
  slots: readonly Slot[],
  takers: readonly Taker[],
  fits: (slot: Slot, taker: Taker) => boolean,
): Map<number, Taker> {
  const slotOf = new Map<Taker, number>();
  for (const taker of takers) place(taker, new Set());
  return new Map([...slotOf].map(([taker, slot]) => [slot, taker]));

  /** Finds a slot for a taker, moving earlier ones where they have another; `tried` are the slots this search has been at. */
  function place(taker: Taker, tried: Set<number>): boolean {
    for (const [index, slot] of slots.entries()) {
      if (tried.has(index) || !fits(slot, taker)) continue;
      tried.add(index);
      const holder = [...slotOf].find(([, held]) => held === index)?.[0];
      if (holder !== undefined && !place(holder, tried)) continue;
      slotOf.set(taker, index);
      return true;
    }
    return false;
  }
}
