// Which of two builds is the newer: what decides who gives way at a deploy.

/** Whether `a` is newer than `b`, by the numbers of their versions (semver.org, 11). A pre-release precedes its release. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number > other;
  }
  return false;
}

/** Major, minor, patch, and 0 for a pre-release or 1. What is no number counts as 0: an unknown build is an old one. */
function numbers(build: string): number[] {
  const [version = '', pre] = build.split('-', 2);
  const parts = version.split('.').map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : 0));
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0, pre === undefined ? 1 : 0];
}
