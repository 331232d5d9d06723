// The page's one style sheet; its digest stands in the Content-Security-Policy. Contrast is WCAG AA in both schemes,
// held by a test; nothing is told by colour alone.

export const pageStyle = `
:root{color-scheme:light dark;--back:#f4f6f9;--card:#fff;--line:#dbe1ea;--faint:#eef1f6;--text:#141d2b;--soft:#4d5b70;--link:#1a56c4;--hold:#e7effd;
--r0:#9d1410;--r0b:#fdeaea;--r1:#6527ab;--r1b:#f2eafb;--r2:#7d4300;--r2b:#fcf0dd;--r3:#07595d;--r3b:#e0f2f2;--warn:#7d4300;--warnb:#fdf3e1}
@media (prefers-color-scheme:dark){:root{--back:#0e131b;--card:#151c27;--line:#2c3748;--faint:#1c2431;--text:#e9eef6;--soft:#a9b6c8;--link:#8ab4ff;--hold:#1b2d4d;
--r0:#ffa39c;--r0b:#3b1c1f;--r1:#d3b2ff;--r1b:#2d2145;--r2:#ffc37d;--r2b:#372712;--r3:#7fdada;--r3b:#12312f;--warn:#ffc37d;--warnb:#2f2313}}
*{box-sizing:border-box}
html{scroll-padding-top:3rem}
body{margin:0;background:var(--back);color:var(--text);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
header,main,footer{max-width:1680px;margin:0 auto;padding:0 24px}
header{padding-top:26px}
h1{margin:0;font-size:24px;line-height:1.2;font-weight:680;letter-spacing:-.015em}
h2{margin:0;font-size:17px;line-height:1.3;font-weight:650;overflow-wrap:anywhere}
h3{margin:20px 0 8px;font-size:12px;font-weight:650;letter-spacing:.05em;text-transform:uppercase;color:var(--soft)}
p{margin:0}
.meta{margin-top:4px;color:var(--soft)}
.meta b{font-weight:600;color:var(--text)}
.gaps{margin:14px 0 0;padding:10px 14px;border:1px solid var(--warn);border-radius:8px;background:var(--warnb);color:var(--warn)}
.gaps ul{margin:4px 0 0;padding-left:20px}
.sums{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:10px;margin:18px 0 0;padding:0;list-style:none}
.sums li>*{display:block;width:100%;height:100%;padding:11px 14px;border:1px solid var(--line);border-radius:10px;background:var(--card);color:inherit;font:inherit;text-align:left}
.sums button{cursor:pointer}
.sums button[aria-pressed=true]{background:var(--hold)}
.sums strong{display:block;font-size:22px;line-height:1.15;font-weight:680;font-variant-numeric:tabular-nums}
.sums .r0 strong,.sums .r0 .t{color:var(--r0)}.sums .r1 strong,.sums .r1 .t{color:var(--r1)}.sums .r2 strong,.sums .r2 .t{color:var(--r2)}.sums .r3 strong,.sums .r3 .t{color:var(--r3)}
.sums button.r0:hover,.sums button.r0[aria-pressed=true]{border-color:var(--r0)}.sums button.r1:hover,.sums button.r1[aria-pressed=true]{border-color:var(--r1)}.sums button.r2:hover,.sums button.r2[aria-pressed=true]{border-color:var(--r2)}.sums button.r3:hover,.sums button.r3[aria-pressed=true]{border-color:var(--r3)}
.sums small{display:block;color:var(--soft);font-size:12.5px}
.sums .t{display:block;margin-top:2px;font-weight:600}
.bar{position:sticky;top:0;z-index:3;display:flex;flex-wrap:wrap;gap:10px 14px;align-items:center;padding:14px 0 10px;background:var(--back)}
fieldset{display:inline-flex;margin:0;padding:0;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow:hidden}
legend,.out{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
fieldset label{position:relative;padding:6px 13px;cursor:pointer;border-left:1px solid var(--line);font-weight:550}
fieldset label:first-of-type{border-left:0}
fieldset input{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer}
fieldset label:has(:checked){background:var(--hold);color:var(--link)}
fieldset label:has(:focus-visible){outline:2px solid var(--link);outline-offset:-2px}
fieldset i{font-style:normal;color:var(--soft);font-variant-numeric:tabular-nums;font-weight:400}
input[type=search],select{flex:1 1 220px;min-width:160px;max-width:420px;padding:6px 10px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:inherit;font:inherit}
input::placeholder{color:var(--soft);opacity:1}
label.check{display:inline-flex;gap:6px;align-items:center;cursor:pointer}
.found{margin-left:auto;color:var(--soft);font-variant-numeric:tabular-nums}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.panes{display:grid;grid-template-columns:minmax(0,1fr);gap:16px;align-items:start}
.panes.two{grid-template-columns:minmax(0,46fr) minmax(0,54fr)}
.card{border:1px solid var(--line);border-radius:10px;background:var(--card)}
.list{overflow:clip}
.detail input[type=search]{width:100%;max-width:340px;margin-bottom:6px}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--faint)}
thead th{position:sticky;top:var(--top,0);z-index:1;padding:8px 10px;background:var(--card);box-shadow:inset 0 -1px var(--line);border:0;font-size:12px;font-weight:600;color:var(--soft);white-space:nowrap}
tbody th{font-weight:550;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
.kind{color:var(--soft);font-weight:400}
.note{display:block;color:var(--soft);font-size:12.5px;font-weight:400}
.reach{color:var(--soft);white-space:nowrap}
.all{color:var(--text);font-weight:600}
tbody tr.on>*{background:var(--hold)}
tbody tr:has(button):hover>*{background:var(--hold)}
.row{all:unset;cursor:pointer;overflow-wrap:anywhere}
.row:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:3px}
bdi{unicode-bidi:isolate}
.marks{display:flex;flex-wrap:wrap;gap:4px;margin:0;padding:0;list-style:none}
.list .marks{min-width:max-content}
.list tbody th{min-width:180px}
.two .list .reach{white-space:normal}
.two .list .opt,.two .list .note,.two .list .marks span{display:none}
.marks span{font-weight:400}
.marks li{padding:0 8px;border-radius:20px;font-size:12.5px;line-height:20px;font-weight:550}
.r0{color:var(--r0)}.r1{color:var(--r1)}.r2{color:var(--r2)}.r3{color:var(--r3)}.ru{color:var(--warn)}
.marks .ru{background:var(--warnb)}.marks .r0{background:var(--r0b)}.marks .r1{background:var(--r1b)}.marks .r2{background:var(--r2b)}.marks .r3{background:var(--r3b)}
.more{display:block;width:100%;padding:10px;border:0;background:none;color:var(--link);font:inherit;font-weight:600;cursor:pointer}
.detail{position:sticky;top:58px;max-height:calc(100vh - 74px);overflow:auto;padding:18px 20px 22px}
.head{display:flex;gap:12px;align-items:start;justify-content:space-between}
.plain{padding:3px 10px;border:1px solid var(--line);border-radius:7px;background:none;color:var(--link);font:inherit;font-weight:550;cursor:pointer}
.says{margin:10px 0 0;padding:0;list-style:none}
.says li{padding:2px 0 2px 14px;position:relative}
.says li::before{content:"";position:absolute;left:0;top:8px;width:7px;height:7px;border-radius:2px;background:currentColor}
.scroll{overflow-x:auto}
.matrix{width:auto}
.matrix th,.matrix td{padding:1px 4px;border-bottom:1px solid var(--faint)}
.matrix thead th{position:static;padding:4px 6px;font-size:12px;text-align:center;box-shadow:none}
.matrix thead th:first-child{text-align:left;vertical-align:bottom}
.matrix thead span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg);line-height:1.1;font-weight:550}
.matrix tbody th{padding-right:14px;white-space:nowrap;font-weight:500}
.matrix td{text-align:center}
.cell{all:unset;display:inline-block;min-width:26px;height:22px;line-height:22px;border-radius:5px;text-align:center;cursor:pointer;font-size:13px}
.cell:hover,.cell[aria-pressed=true]{background:var(--hold)}
.cell:focus-visible{outline:2px solid var(--link)}
.legend{margin-top:6px;color:var(--soft);font-size:12.5px}
.why{margin:8px 0 0;padding:10px 14px;border-radius:8px;background:var(--faint)}
.why ol{margin:6px 0 0;padding-left:20px}
.why li{margin:3px 0;overflow-wrap:anywhere}
.graph{display:block;width:100%;min-width:660px;max-width:1000px;height:auto}
.graph .l{font-size:11.5px}
.graph rect{fill:var(--faint);stroke:var(--line)}
.graph text{fill:var(--text);font-size:12.5px}
.graph .k{fill:var(--soft);font-size:11px}
.graph path{fill:none;stroke:var(--soft);stroke-opacity:.55;stroke-width:1.2}
.graph path.lit{stroke:var(--link);stroke-opacity:1;stroke-width:2}
.graph g[role=button]{cursor:pointer}
.graph g[role=button]:hover rect,.graph g[role=button]:focus-visible rect{stroke:var(--link);stroke-width:2}
.graph g:focus-visible{outline:0}
footer{padding-top:22px;padding-bottom:36px;color:var(--soft);font-size:13px}
footer code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
[hidden]{display:none!important}
@media (max-width:1100px){.panes.two{grid-template-columns:minmax(0,1fr)}.detail{position:static;max-height:none}.panes.two .detail{order:-1}}
@media (max-width:640px){header,main,footer{padding-left:14px;padding-right:14px}.bar{position:static}thead th{position:static}.opt,.list .marks span{display:none}.reach{white-space:normal}.list .marks{min-width:0}.list tbody th{min-width:0}}
@media print{@page{margin:14mm}:root{color-scheme:light;--back:#fff;--card:#fff;--line:#b9c2cf;--faint:#e4e8ee;--text:#000;--soft:#3c4654;--link:#000;--hold:#fff;--r0:#8c0f0b;--r0b:#fff;--r1:#561d96;--r1b:#fff;--r2:#6b3900;--r2b:#fff;--r3:#054a4d;--r3b:#fff;--warn:#6b3900;--warnb:#fff}
body{font-size:10.5px}header,main,footer{max-width:none;padding:0}.bar,.more,.plain,.detail input,.legend.keys{display:none}.panes,.panes.two{display:flex;flex-direction:column;gap:12px;align-items:stretch}.detail{order:-1}.list{overflow:visible}.detail{position:static;max-height:none;margin-bottom:14px;overflow:visible}
.card{border-radius:0;border-color:#b9c2cf}thead{display:table-header-group}thead th{position:static}tr,.why,.sums li{break-inside:avoid}.list .marks{min-width:max-content}
.list tbody th{min-width:180px}
.two .list .reach{white-space:normal}
.two .list .opt,.two .list .note,.two .list .marks span{display:none}
.marks span{font-weight:400}
.marks li{padding:0 4px;border:1px solid currentColor;font-size:9px;line-height:13px}.list .marks{flex-wrap:nowrap}.sums strong{font-size:15px}.sums small,.sums .t,.note,.legend,footer{font-size:9.5px}thead th,h3,.matrix thead th{font-size:9.5px}th,td{padding:2px 8px}.row{cursor:auto}.graph text{font-size:12px}.sums{grid-template-columns:repeat(4,1fr)}.sums li>*{border-radius:0;padding:6px 8px}h3{break-after:avoid}.graph{max-width:100%;min-width:0}.scroll{overflow:visible}.cell{height:auto;line-height:1.3}.two .list .opt:not([hidden]){display:table-cell}.two .list .marks span{display:inline}}
`;
