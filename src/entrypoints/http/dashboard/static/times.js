/** Times and durations for people. The service speaks UTC, and so does the page. */

/** "14:03:05 UTC" */
export const clock = (instant) => `${instant.slice(11, 19)} UTC`;

/** "2025-04-03 14:05" */
export const minute = (instant) => `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;

/** The two largest units: "3 d 4 h", "12 min 5 s". */
export function duration(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let rest = Math.max(0, Math.floor(seconds));
  const words = units.map(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return [count, unit];
  });
  const first = words.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return words.slice(first, first + 2).filter(([count]) => count > 0).map((word) => word.join(" ")).join(" ");
}
