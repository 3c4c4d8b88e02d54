/** A length of time in whole minutes, the unit of every duration in requests and policies. */
export type Minutes = number;

const units = { d: 24 * 60, h: 60, m: 1 } as const;

/** Days, hours and minutes, in this order, each at most once, at least one of them; ISO 8601 as well. */
const short = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?$/;
const iso = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?)?$/;

/**
 * Reads `30m`, `4h`, `2d`, `1d12h`, or ISO 8601 with days, hours and minutes (`PT4H`); anything else, months, years and
 * zero among it, is `undefined`.
 */
export function parseDuration(text: string): Minutes | undefined {
  const match = short.exec(text) ?? (text.endsWith('T') ? null : iso.exec(text));
  if (!match) return undefined;
  const [days, hours, minutes] = match.slice(1, 4).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  const total = days * units.d + hours * units.h + minutes * units.m;
  return total > 0 ? total : undefined;
}

/** The short form, largest units first: 2160 is `1d12h`. */
export function formatDuration(duration: Minutes): string {
  const days = Math.floor(duration / units.d);
  const hours = Math.floor((duration % units.d) / units.h);
  const minutes = duration % units.h;
  return (
    `${days > 0 ? `${days}d` : ''}${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}` || '0m'
  );
}
