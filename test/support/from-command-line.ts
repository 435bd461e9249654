/** What a script of the tests was asked for: usage for `--help`, one line and code 2 for what cannot be understood. */

/** @param read throws what is to be told */
export function fromCommandLine<T>(usage: string, read: () => T): T {
  if (process.argv.slice(2).some((one) => one === '--help' || one === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return read();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  }
}

export function positiveWhole(value: string, name: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} is a positive whole number`);
}
