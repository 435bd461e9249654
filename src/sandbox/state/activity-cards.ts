/** What configurable activities look like, and the labels they put on the board. */
export interface ActivityCard {
  /** The application that may change it. */
  readonly clientId: string;
  readonly typeId: string;
  layout: Readonly<Record<string, unknown>>;
  badgeCode: string;
  pingOffsets: readonly number[];
  isIncomingChannel: boolean;
  /** Pressed and not yet answered by an update: the whole record, or these buttons. */
  lockedWhole: boolean;
  readonly lockedKeys: Set<string>;
}

export interface Badge {
  readonly code: string;
  readonly clientId: string;
  readonly title: unknown;
  readonly value: unknown;
  readonly type: string;
}

/** textWithTranslation: the portal's language, else English, else the first. */
export function localText(value: unknown, language = 'ru'): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : '';
  const texts = new Map(Object.entries(value));
  const found: unknown = texts.get(language) ?? texts.get('en') ?? [...texts.values()][0];
  return typeof found === 'string' ? found : '';
}
