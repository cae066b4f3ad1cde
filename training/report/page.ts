import type { Locale } from '../../src/domain/text.ts';
import { escapeHtml } from './html.ts';

/** What a page in two languages shows. */
export interface Page {
  readonly title: string;
  /** The language it opens in; the other is one click away. */
  readonly locale: Locale;
  /** The HTML in each language. */
  readonly articles: Readonly<Record<Locale, string>>;
}

/** A whole HTML page that changes its language without a script and asks nothing of any other place. */
export const writePage = ({ title, locale, articles }: Page): string => {
  const radio = (language: Locale) =>
    `<input type="radio" name="language" id="${language}"${language === locale ? ' checked' : ''}>`;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${radio('zh')}${radio('en')}
<nav><label for="zh">中文</label><label for="en">English</label></nav>
<article class="zh" lang="zh">${articles.zh}</article>
<article class="en" lang="en">${articles.en}</article>
</body>
</html>
`;
};

const STYLE = `
body { margin: 0; background: #fff; color: #1c2530; font: 15px/1.55 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }
input[name=language] { position: absolute; opacity: 0; }
nav { position: sticky; top: 0; z-index: 1; padding: 8px 24px; background: #f4f6f8; border-bottom: 1px solid #d8dee5; text-align: right; }
nav label { padding: 4px 12px; border: 1px solid #b9c4cf; cursor: pointer; background: #fff; }
#zh:checked ~ nav label[for=zh], #en:checked ~ nav label[for=en] { background: #1f5fa8; border-color: #1f5fa8; color: #fff; }
#zh:focus-visible ~ nav label[for=zh], #en:focus-visible ~ nav label[for=en] { outline: 3px solid #f0a500; }
#zh:checked ~ .en, #en:checked ~ .zh { display: none; }
article { max-width: 1120px; margin: 0 auto; padding: 8px 24px 64px; }
h1 { margin: 20px 0 4px; font-size: 26px; } h2 { margin: 40px 0 8px; font-size: 20px; border-bottom: 2px solid #1f5fa8; } h3 { margin: 20px 0 6px; font-size: 16px; }
p { margin: 6px 0; max-width: 86ch; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 8px 0; font-size: 13px; }
th, td { padding: 4px 9px; border-bottom: 1px solid #e1e6eb; text-align: left; vertical-align: top; }
th, td { word-break: keep-all; } thead th { background: #f4f6f8; } th.n { text-align: right; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.facts th { color: #51606f; font-weight: 500; white-space: nowrap; } .facts td { overflow-wrap: anywhere; }
.charts { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 8px 0; width: 520px; max-width: 100%; } figcaption { font-weight: 600; font-size: 14px; } figure svg { display: block; max-width: 100%; height: auto; }
.passed { color: #1d7a46; font-weight: 600; } .failed { color: #b3261e; font-weight: 700; } .insufficient { color: #8a5a00; font-weight: 600; } .not_applicable { color: #66727e; }
code { font-size: 12px; }
@media print { nav { display: none; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`;
