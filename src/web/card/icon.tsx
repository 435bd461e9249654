/** Marks beside words, never instead of them: hidden from screen readers. */
const PATHS = {
  met: 'M3 8.5 6.5 12 13 4.5',
  unmet: 'M4 4l8 8M12 4l-8 8',
  waiting: 'M8 4v4.5l3 1.5M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  hint: 'M8 3v6M8 12v.5',
  none: 'M4 8h8',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
      />
    </svg>
  );
}
