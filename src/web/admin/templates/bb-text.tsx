/** BB code as the portal shows it: bold words and links; built of text alone, and no link leads anywhere. */

export interface BbPiece {
  readonly text: string;
  readonly bold: boolean;
  readonly link: boolean;
}

const TAG = /(\[\/?b\]|\[url(?:=[^\]]*)?\]|\[\/url\])/u;

export function bbPieces(source: string): readonly BbPiece[] {
  let bold = false;
  let link = false;
  const pieces: BbPiece[] = [];
  for (const part of source.split(TAG)) {
    if (part === '[b]' || part === '[/b]') bold = part === '[b]';
    else if (part === '[/url]') link = false;
    else if (/^\[url[=\]]/u.test(part)) link = true;
    else if (part !== '') pieces.push({ text: part, bold, link });
  }
  return pieces;
}

export function BbText({ source }: { readonly source: string }) {
  return (
    <div class="bb">
      {bbPieces(source).map(({ text, bold, link }, at) => {
        const words = link ? <span class="as-link">{text}</span> : text;
        return bold ? <strong key={at}>{words}</strong> : <span key={at}>{words}</span>;
      })}
    </div>
  );
}
