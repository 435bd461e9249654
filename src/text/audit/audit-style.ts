/** The look of the audit's page. Text has a contrast of at least 4.5, marks of 3; on paper it is black on white. */
export const AUDIT_STYLE = `
:root{color-scheme:light dark;--paper:#f4f6f8;--card:#fff;--ink:#1c2126;--soft:#56606b;--edge:#d5dbe1;--link:#0b57a4;--fails:#b3261e;--warned:#8a5a00;--passes:#2f7d4f;--unclear:#6b7680;--ungated:#a7b0ba;--track:#eaeef2}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1d2125;--ink:#e8ebee;--soft:#a9b2bc;--edge:#3a4149;--link:#8fc0f5;--fails:#ff8a80;--warned:#e5b45a;--passes:#6cc48d;--unclear:#98a3ae;--ungated:#69737d;--track:#2a3036}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:clamp(1.5rem,5vw,2.25rem);line-height:1.15;margin:.25rem 0 .5rem;text-wrap:balance}
h2{font-size:1.1875rem;line-height:1.3;margin:0 0 .75rem}
p{margin:.25rem 0}
.soft{color:var(--soft)}
.card{background:var(--card);border:1px solid var(--edge);border-radius:.75rem;padding:1rem 1.125rem;margin:1rem 0}
a{color:var(--link)}
svg{display:block;width:100%}
.fails{fill:var(--fails)}.passes{fill:var(--passes)}.unclear{fill:var(--unclear)}.ungated{fill:var(--ungated)}.warned{fill:var(--warned)}.track{fill:var(--track)}
.whole{margin:1rem 0 .75rem}
.whole svg{height:1.5rem}
.card .key{margin-bottom:.75rem}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0;padding:0;list-style:none}
.key li{display:flex;align-items:center;gap:.5rem}
.key svg{width:.875rem;height:.875rem;flex:none}
.key strong{font-variant-numeric:tabular-nums}
.rows{display:grid;grid-template-columns:minmax(9rem,19rem) 1fr 4.5rem;gap:.375rem .75rem;align-items:center;margin-bottom:1rem}
.rows span{line-height:1.25}
.rows svg{height:1rem}
.rows b{text-align:right;font-variant-numeric:tabular-nums}
.days svg{height:9rem}
.ends{display:flex;justify-content:space-between;color:var(--soft);font-size:.875rem;margin:.25rem 0 .75rem}
.scroll{overflow-x:auto}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;color:var(--soft);padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-top:1px solid var(--edge)}
thead th{border-top:0;font-weight:600;color:var(--soft);font-size:.8125rem;line-height:1.25;vertical-align:bottom}
tbody th{font-weight:400;min-width:12rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:0;padding-left:.75rem}
thead .n{white-space:normal;overflow-wrap:normal}
.when{white-space:nowrap}
.some{color:var(--fails);font-weight:600}
summary{min-height:44px;padding:.6rem 0;cursor:pointer;color:var(--link);font-weight:600}
.notes{margin:0;padding-left:1.25rem}
.notes li{margin:.375rem 0}
@media (max-width:40rem){.rows{grid-template-columns:1fr 4.5rem}.rows span{grid-column:1/-1;margin-top:.375rem}.card{padding:.875rem}.list thead{position:absolute;clip-path:inset(50%)}.list tr{display:block;border-top:1px solid var(--edge);padding:.5rem 0}.list th,.list td{display:block;border:0;padding:.0625rem 0}.list td::before{content:attr(data-label) ": ";color:var(--soft)}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--edge:#bbb;--link:#000;--fails:#b3261e;--warned:#8a5a00;--passes:#2f7d4f;--unclear:#6b7680;--ungated:#a7b0ba;--track:#eee}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:10.5pt}main{max-width:none;padding:0}.card{break-inside:avoid;border-color:#ccc}.long{break-inside:auto}tr{break-inside:avoid}.scroll{overflow:visible}
details::details-content{content-visibility:visible;block-size:auto}summary{display:none}a{text-decoration:none}}
`;
