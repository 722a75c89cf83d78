"""How the report looks: the charger's page, in light, in dark and on paper."""

CSS = """
:root{color-scheme:light dark;--bg:#E6E9EC;--plate:#FBFCFC;--line:#D6DBE0;--edge:#848F99;
--ink:#14181C;--ink2:#414A53;--ink3:#58626C;--out:#08665E;--out-fill:#22857B;--out-soft:#D2E9E5;
--in:#523DAE;--in-fill:#7C69D3;--fault:#A61F18;--fault-soft:#F9E3E0;
--warn:#754700;--warn-fill:#DD9316;
--hot:#B64B12;--band:#CBD3DA;
--band2:#E3E7EB}
@media (prefers-color-scheme:dark){:root{--bg:#0B0E10;--plate:#14181B;--line:#2A3137;--edge:#616C76;
--ink:#EBEFF2;--ink2:#B6BFC7;--ink3:#929CA6;--out:#62CFC1;--out-fill:#3B9F94;--out-soft:#12332F;
--in:#B5A7FA;--in-fill:#8B79E6;--fault:#FF9184;--fault-soft:#3A1613;
--warn:#F1B850;--warn-fill:#D99A2B;
--hot:#F5A14A;--band:#3E474F;
--band2:#262D33}}
@media print{:root{color-scheme:light;--bg:#fff;--plate:#fff;--line:#D6DBE0;--edge:#848F99;
--ink:#14181C;--ink2:#414A53;--ink3:#58626C;--out:#08665E;--out-fill:#22857B;--out-soft:#D2E9E5;
--in:#523DAE;--in-fill:#7C69D3;--fault:#A61F18;--fault-soft:#F9E3E0;
--warn:#754700;--warn-fill:#DD9316;
--hot:#B64B12;--band:#CBD3DA;
--band2:#E3E7EB}@page{size:A4;margin:12mm}body{padding:0}main{border:0;max-width:none}
section,figure,tr{break-inside:avoid}}
*{box-sizing:border-box}
body{margin:0;padding:24px;background:var(--bg);color:var(--ink2);
font:400 15px/21px Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;
font-variant-numeric:tabular-nums;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:1184px;margin:0 auto;background:var(--plate);border:1px solid var(--line);
border-radius:10px;overflow:hidden}
header{padding:24px 24px 20px}
h1{margin:0 0 6px;color:var(--ink);font-size:32px;line-height:38px;font-weight:600;
letter-spacing:-.022em;text-wrap:balance}
h2{margin:0 0 2px;color:var(--ink);font-size:18px;line-height:24px;font-weight:600}
p{margin:0}.note{color:var(--ink3);font-size:13px;line-height:18px}
.facts{display:grid;grid-template-columns:repeat(4,1fr);border-top:1px solid var(--line);
border-bottom:1px solid var(--line)}
.facts>div{padding:14px 24px;border-left:1px solid var(--line)}.facts>div:first-child{border-left:0}
.facts dt{color:var(--ink3);font-size:13px;line-height:18px;font-weight:600}
.facts dd{margin:2px 0 0;color:var(--ink);font-size:20px;line-height:24px;font-weight:600}
.facts small{display:block;color:var(--ink3);font-size:13px;line-height:18px;font-weight:400}
dl{margin:0}section{padding:18px 24px;border-top:1px solid var(--line)}
.facts+section{border-top:0}
.two{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));border-top:1px solid var(--line)}
.two>section{border-top:0;border-left:1px solid var(--line)}.two>section:first-child{border-left:0}
figure{margin:12px 0 0;overflow-x:auto}svg{display:block;width:100%;height:auto}
@media screen{.wide svg{min-width:720px}.two svg{min-width:440px}}
.middle,.narrow{display:none}
@media print{.broad{display:none}.middle{display:block}}
@media screen and (max-width:1000px){.broad{display:none}.middle{display:block}
.wide .middle svg{min-width:0}}
@media screen and (max-width:600px){.middle{display:none}.narrow{display:block}
.wide .narrow svg{min-width:0}}
table{width:100%;border-collapse:collapse;margin-top:8px}
th{text-align:left;color:var(--ink3);font-size:13px;line-height:18px;font-weight:600}
td,th{padding:7px 16px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}td:first-child{white-space:nowrap;color:var(--ink);font-weight:600}
ul{margin:8px 0 0;padding:0 0 0 18px}li{margin:3px 0}
@media (max-width:820px){body{padding:0}main{border:0;border-radius:0}
.facts,.two{grid-template-columns:minmax(0,1fr)}h1{font-size:24px;line-height:29px}
.facts>div,.two>section{border-left:0;border-top:1px solid var(--line)}
header,section,.facts>div{padding-left:16px;padding-right:16px}}
"""
