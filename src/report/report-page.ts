// The review as one HTML file that loads nothing: no script, style, font or picture but its own, by a policy that names
// the digests of these two. Without script its tables stand as they are.

import { counted, numberWords } from '../number-words.ts';
import { describeGap } from '../rbac/words.ts';
import { pivotWords, riskWords, viewWords } from '../review/review-words.ts';
import { isComplete, isRead, type ReadCluster, type Reviewed } from '../review/reviewed.ts';
import { risks } from '../review/risk.ts';
import { pivots } from '../review/rows.ts';
import { htmlText, scriptJson } from './html-text.ts';
import { type PageData, pageData } from './page-data.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { pageTable } from './page-table.ts';
import { reportNotes } from './report-table.ts';

/** How many rows stand in the page for the script to begin with; without it all do. */
const firstRows = 40;

/** The whole document, UTF-8. `digest`: SHA-256 in base64. */
export function* reportPage(reviewed: Reviewed, digest: (text: string) => string): Generator<string> {
  const read = reviewed.clusters.filter(isRead);
  const data = read.map((cluster) => pageData(cluster, reviewed.view));
  yield headHtml(reviewed, digest);
  yield headerHtml(reviewed, read, data);
  yield `<main>\n${barHtml(reviewed, read)}<div class="panes" id="panes">\n<div class="card list">\n`;
  for (const [index, cluster] of read.entries()) yield* tablesHtml(cluster, { reviewed, index });
  yield '<button type="button" class="more live-only" id="more" hidden></button>\n</div>\n';
  yield '<section class="card detail" id="detail" aria-label="What is selected" hidden></section>\n</div>\n</main>\n';
  yield footerHtml(reviewed);
  yield `<script type="application/json" id="data">[`;
  for (const [index, each] of data.entries()) yield `${index === 0 ? '' : ','}${scriptJson(each)}`;
  yield `]</script>\n<script>${pageScript}</script>\n</body>\n</html>\n`;
}

function headHtml({ view }: Reviewed, digest: (text: string) => string): string {
  const policy = `default-src 'none'; style-src 'sha256-${digest(pageStyle)}'; script-src 'sha256-${digest(pageScript)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>Access review · kubectl oidc</title>
<style>${pageStyle}</style>
</head>
<body data-by="${view.pivot}">
`;
}

function headerHtml(reviewed: Reviewed, read: readonly ReadCluster[], data: readonly PageData[]): string {
  const [first] = read;
  const readAt = new Date(reviewed.readAt * 1000).toISOString();
  const whose = first?.person === undefined ? '' : ` of ${htmlText(first.person.title)}`;
  const from = read.length === 1 ? (first?.source ?? '') : counted(read.length, 'cluster');
  const server = read.length === 1 && first?.server ? `, ${htmlText(first.server)}` : '';
  return `<header>
<h1>Access review${whose}</h1>
<p class="meta">Of <b>${htmlText(from)}</b>${server}, read at <time datetime="${readAt}">${readAt.replace('T', ' ').replace(/\..*$/, ' UTC')}</time>${viewHtml(reviewed)}</p>
${gapsHtml(reviewed)}${data.length === 0 ? '' : sumsHtml(data)}</header>
`;
}

function viewHtml({ view }: Reviewed): string {
  const parts = viewWords({ ...view, text: '' });
  return parts.length === 0 ? '' : ` · ${htmlText(parts.join(', '))}`;
}

function gapsHtml(reviewed: Reviewed): string {
  if (isComplete(reviewed)) return '';
  const items = reviewed.clusters.flatMap((cluster) =>
    cluster.kind === 'failed'
      ? [`context ${cluster.context}: ${cluster.message}`]
      : cluster.review.gaps.map(
          (gap) => `${cluster.context === '' ? '' : `${cluster.context}: `}${describeGap(gap)}`,
        ),
  );
  const list = items.map((item) => `<li>${htmlText(item)}</li>`).join('');
  return `<div class="gaps" role="note"><strong>Not all could be read, so there may be more.</strong><ul>${list}</ul></div>\n`;
}

/** How many subjects have each mark: of all clusters together, until the script shows one of them. */
function sumsHtml(data: readonly PageData[]): string {
  const where = data.length === 1 ? '' : `, in ${counted(data.length, 'cluster')} together`;
  const items = risks.map((risk, index) => {
    const having = data.flatMap((each) => subjectsWith(index, each));
    const groups = having.filter((title) => title.startsWith('Group ')).length;
    return `<li data-risk="${index}"><div class="r${index}"><strong>${numberWords(having.length)}</strong><span class="t">${riskWords[risk]}</span><small>${counted(groups, 'group')} among ${counted(having.length, 'subject')}${where}</small></div></li>`;
  });
  return `<ul class="sums" aria-label="Marks">${items.join('')}</ul>\n`;
}

function subjectsWith(risk: number, { rows, marks, subjects }: PageData): readonly string[] {
  return rows.subject.flatMap(([, , , , , , , set, entry]) =>
    marks[set]?.some(([other]) => other === risk) === true ? [subjects[entry] ?? ''] : [],
  );
}

function barHtml({ view }: Reviewed, read: readonly ReadCluster[]): string {
  const sides = pivots.map(
    (pivot) =>
      `<label><input type="radio" name="by" value="${pivot}"${pivot === view.pivot ? ' checked' : ''}>${pivotWords[pivot].charAt(0).toUpperCase()}${pivotWords[pivot].slice(1)}s <i id="n-${pivot}"></i></label>`,
  );
  const options = read.map(
    ({ context, source }, index) => `<option value="${index}">${htmlText(context || source)}</option>`,
  );
  const choice =
    read.length > 1
      ? `<label class="out" for="cluster">Cluster</label><select id="cluster">${options.join('')}</select>`
      : '';
  return `<div class="bar live-only" id="bar" hidden>
${choice}<fieldset><legend>Look by</legend>${sides.join('')}</fieldset>
<input type="search" id="search" placeholder="Search names  ( / )" aria-label="Search names" value="${htmlText(view.text)}" autocomplete="off" spellcheck="false">
<label class="check"><input type="checkbox" id="risky"${view.risky ? ' checked' : ''}> with a mark or an unknown role</label>
<span class="found" id="found" role="status"></span>
</div>
`;
}

type Placed = { readonly reviewed: Reviewed; readonly index: number };

/** The first cluster's first rows are the script's; the rest, and other clusters, are for readers without script. */
function* tablesHtml(cluster: ReadCluster, { reviewed, index }: Placed): Generator<string> {
  const { pivot } = reviewed.view;
  const caption = `Access by ${pivotWords[pivot]}, ${cluster.source}`;
  const isFirst = index === 0;
  if (isFirst) yield* pageTable(cluster.rows.slice(0, firstRows), { pivot, caption, id: 'rows' });
  const rest = isFirst ? cluster.rows.slice(firstRows) : cluster.rows;
  if (rest.length === 0) return;
  yield `<noscript>${isFirst ? '' : `<h2>${htmlText(cluster.context)}</h2>`}`;
  yield* pageTable(rest, { pivot, caption: `${caption}, continued` });
  yield '</noscript>\n';
}

function footerHtml(reviewed: Reviewed): string {
  // The search can be taken out of its field.
  const notes = reportNotes({ ...reviewed, view: { ...reviewed.view, text: '' } }).map(
    (note) => `<li>${htmlText(note)}</li>`,
  );
  return `<footer><ul>${notes.join('')}</ul>
<p class="live-only legend keys" hidden>Keys: <code>/</code> search, <code>↑ ↓</code> rows, <code>Enter</code> open, <code>Esc</code> close; in the matrix arrows go from cell to cell and <code>Enter</code> says why.</p>
<p>Marks are first and plain: they look at single rules. Made by <code>kubectl oidc review -o html</code>; this page loads nothing and sends nothing.</p></footer>
`;
}
