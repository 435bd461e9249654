import { createHash } from 'node:crypto';

/** Every text has a contrast of at least 4.5, every border and focus ring of 3; targets are at least 44 px high. */
export const CLIENT_PAGE_STYLE = `
:root{color-scheme:light dark;--paper:#f4f6f8;--card:#fff;--ink:#1c2126;--soft:#56606b;--edge:#7b8590;--link:#0b57a4;--main:#0b62b8;--bad:#b3261e;--badpaper:#fdeceb}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1d2125;--ink:#e8ebee;--soft:#a9b2bc;--edge:#808b97;--link:#8fc0f5;--main:#1d6bc4;--bad:#ffb4ab;--badpaper:#3a1a18}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:36rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.0625rem;margin:1rem 0 .25rem}
p{margin:.5rem 0}
.soft{color:var(--soft)}
.card{background:var(--card);border-radius:.75rem;padding:.25rem 1rem 1rem;margin:1rem 0}
.words{white-space:pre-line;margin:0}
a{color:var(--link)}
nav a,a.tall{display:inline-block;min-height:44px;padding:.6rem 0}
form{margin:1rem 0}
label{display:block}
label,summary{font-weight:600}
summary{min-height:44px;padding:.6rem 0;cursor:pointer;color:var(--link)}
textarea,input[type=date]{display:block;width:100%;min-height:48px;margin:.25rem 0 .75rem;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:.5rem}
textarea{min-height:7rem}
textarea[aria-invalid],input[aria-invalid]{border:2px solid var(--bad)}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem}
button{flex:1 1 10rem;min-height:48px;padding:.6rem 1rem;font:inherit;font-weight:600;color:var(--link);background:var(--card);border:1px solid var(--edge);border-radius:.5rem;cursor:pointer}
button.main{color:#fff;background:var(--main);border-color:var(--main)}
.first{margin-bottom:1.25rem}
.error{background:var(--badpaper);border:2px solid var(--bad);border-radius:.75rem;padding:.25rem 1rem .75rem;margin:1rem 0}
.error a,.bad{color:var(--bad)}
.error a{display:inline-block;min-height:44px;padding:.5rem 0}
.bad{margin:.25rem 0}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
`;

const digest = createHash('sha256').update(CLIENT_PAGE_STYLE).digest('base64');

/** Lets the page do what it does and nothing else: no script, no other place, no frame around it. */
export const CLIENT_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${digest}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');
