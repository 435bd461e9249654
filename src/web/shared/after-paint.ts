/** No page is painted while it is hidden: then it goes on after this. */
const LONGEST_MS = 500;

/** Resolves when what stands in the page now has been painted, or after half a second. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST_MS);
  });
}
