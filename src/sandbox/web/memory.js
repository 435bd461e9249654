/** What the page remembers between reloads. Storage may be blocked; then it remembers nothing and works on. */

const PREFIX = 'closegate-sandbox:';

/** Reads a remembered value, or `fallback`. */
export function recall(key, fallback) {
  try {
    const text = window.localStorage.getItem(PREFIX + key);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** Remembers a value. */
export function remember(key, value) {
  try {
    window.localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage; forgetting is fine here.
  }
}
