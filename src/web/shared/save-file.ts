/** Hands a document to the reader's browser: the frame may start a download of its own content. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the content after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
