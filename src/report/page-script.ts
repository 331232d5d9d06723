// The page's own script, as the text that it is in the page: it draws rows, matrix and graph from the page's data.
// Text of others goes into the page as text nodes only. No network, no storage, no eval; without it the page still
// has its tables. Kept plain: it has to run as it stands, and its digest stands in the Content-Security-Policy.

import { unknownSentence } from '../review/review-words.ts';
import { pageGraphScript } from './page-script-graph.ts';
import { pageMatrixScript } from './page-script-matrix.ts';
import { pageStartScript } from './page-script-start.ts';

const listScript = String.raw`
const clusters = JSON.parse(document.getElementById('data').textContent).map(titled);
const find = (id) => document.getElementById(id);
const pageLength = 100;
const printLength = 5000;
const sides = ['subject', 'resource', 'role', 'namespace'];
const state = { cluster: 0, pivot: document.body.dataset.by, risk: -1, shown: pageLength, at: 0, entry: -1 };
let data = clusters[0];
let rows = [];

/** What the data says once is said of each: the titles of rows and bindings. */
function titled(data) {
  const titles = { subject: (entry) => data.subjects[entry], role: (entry) => data.roles[entry][0], resource: (entry) => data.targets[entry][0] };
  for (const [side, titleOf] of Object.entries(titles)) for (const row of data.rows[side]) row[0] ||= titleOf(row[8]);
  for (const binding of data.bindings) binding[1] = binding[0] === 0 ? 'ClusterRoleBinding ' + binding[1] : 'RoleBinding ' + data.places[binding[0]] + '/' + binding[1];
  return data;
}

function node(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') made.className = value;
    else if (name in made && name !== 'list') made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function number(value) {
  return value < 1000 ? String(value) : value.toLocaleString('en-US');
}

function counted(count, what) {
  return count === 1 ? '1 ' + what : number(count) + ' ' + what + 's';
}

function reachWords(everywhere, namespaces) {
  const placed = counted(namespaces, 'namespace');
  if (!everywhere) return placed;
  return namespaces === 0 ? 'everywhere' : 'everywhere + ' + placed;
}

/** As src/review/view.ts finds names. */
function rankOf(name, word) {
  const at = name.indexOf(word);
  if (at < 0) {
    let from = 0;
    for (const letter of word) {
      from = name.indexOf(letter, from);
      if (from < 0) return 3;
      from += letter.length;
    }
    return 2;
  }
  const isLetter = (index) => /[\p{L}\p{N}]/u.test(name.charAt(index));
  const end = at + word.length;
  return (at === 0 || !isLetter(at - 1)) && (end === name.length || !isLetter(end)) ? 0 : 1;
}

function matching(all, text, nameOf) {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return all;
  const found = [[], [], [], []];
  for (const each of all) {
    const name = nameOf(each).toLowerCase();
    found[words.reduce((worst, word) => Math.max(worst, rankOf(name, word)), 0)].push(each);
  }
  return found.slice(0, 3).flat();
}

/** The name without its kind, in which is searched. */
function nameOf(row) {
  return state.pivot === 'subject' || state.pivot === 'role' ? row[0].slice(row[0].indexOf(' ') + 1) : row[0];
}

function titleNodes(title, hasKind) {
  const space = title.indexOf(' ');
  if (!hasKind || space < 0) return [node('bdi', {}, title)];
  return [node('span', { class: 'kind' }, title.slice(0, space) + ' '), node('bdi', {}, title.slice(space + 1))];
}

function hasKind() {
  return state.pivot === 'subject' || state.pivot === 'role';
}

function marksList(set, unknown) {
  const list = node('ul', { class: 'marks' });
  for (const [risk, name, place, sentence] of data.marks[set]) list.append(node('li', { class: 'r' + risk, title: sentence }, name, node('span', {}, ' · ' + place)));
  if (unknown !== '') list.append(node('li', { class: 'ru', title: unknownSentence }, unknown));
  return list;
}

function rowNode(row, index) {
  const [title, note, everywhere, namespaces, subjects, roles, bindings, marks, entry, , unknown] = row;
  const name = node('button', { type: 'button', class: 'row', tabIndex: index === state.at ? 0 : -1 }, ...titleNodes(title, hasKind()));
  name.addEventListener('click', () => select(entry, index));
  const reach = node('td', { class: everywhere ? 'reach all' : 'reach' }, reachWords(everywhere, namespaces));
  const count = (value, side) => node('td', { class: 'n opt', hidden: state.pivot === side }, number(value));
  const made = node('tr', { class: entry === state.entry ? 'on' : '' }, node('th', { scope: 'row' }, name, ...(note === '' ? [] : [node('span', { class: 'note' }, note)])), reach, count(subjects, 'subject'), count(roles, 'role'), count(bindings, ''), node('td', {}, marksList(marks, unknown)));
  made.addEventListener('click', (event) => { if (event.target.closest('button') === null && getSelection().isCollapsed) select(entry, index); });
  return made;
}

function filtered() {
  const risky = find('risky').checked;
  const all = data.rows[state.pivot].filter((row) => {
    const marks = data.marks[row[7]];
    return (!risky || marks.length > 0 || row[9] > 0) && (state.risk < 0 || marks.some(([risk]) => risk === state.risk));
  });
  return matching(all, find('search').value, nameOf);
}

function draw() {
  rows = filtered();
  state.at = Math.min(state.at, Math.max(0, rows.length - 1));
  const body = find('rows').tBodies[0];
  body.replaceChildren(...rows.slice(0, state.shown).map(rowNode));
  const titles = [...find('rows').tHead.rows[0].cells];
  titles[0].textContent = state.pivot.charAt(0).toUpperCase() + state.pivot.slice(1);
  titles[2].hidden = state.pivot === 'subject';
  titles[3].hidden = state.pivot === 'role';
  const rest = rows.length - state.shown;
  find('more').hidden = rest <= 0;
  find('more').textContent = 'Show ' + number(Math.min(rest, pageLength)) + ' more of ' + number(rest);
  find('found').textContent = rows.length === data.rows[state.pivot].length ? counted(rows.length, nounOf()) : number(rows.length) + ' of ' + counted(data.rows[state.pivot].length, nounOf());
  for (const each of document.querySelectorAll('.sums button')) each.setAttribute('aria-pressed', String(Number(each.dataset.risk) === state.risk));
}

function nounOf() {
  return state.pivot === 'namespace' ? 'place' : state.pivot;
}

function refresh() {
  state.shown = pageLength;
  state.at = 0;
  draw();
}

/** Rows stay as they are, and the focus in them. */
function select(entry, index) {
  state.entry = entry;
  state.at = index;
  for (const [at, row] of [...find('rows').tBodies[0].rows].entries()) {
    row.classList.toggle('on', rows[at][8] === entry);
    row.querySelector('.row').tabIndex = at === index ? 0 : -1;
  }
  drawDetail();
}

/** Goes to that row of that side, whatever is filtered now. */
function goTo(pivot, entry) {
  state.pivot = pivot;
  find('search').value = '';
  find('risky').checked = false;
  state.risk = -1;
  document.querySelector('input[name=by][value=' + pivot + ']').checked = true;
  rows = filtered();
  const index = rows.findIndex((row) => row[8] === entry);
  state.shown = Math.max(pageLength, index + 20);
  draw();
  select(entry, Math.max(0, index));
  find('rows').tBodies[0].rows[index]?.scrollIntoView({ block: 'nearest' });
}

function close() {
  state.entry = -1;
  find('panes').classList.remove('two');
  find('detail').hidden = true;
  for (const row of find('rows').querySelectorAll('.on')) row.classList.remove('on');
  focusRow(state.at);
}

function focusRow(index) {
  const buttons = find('rows').tBodies[0].querySelectorAll('.row');
  const wanted = Math.max(0, Math.min(buttons.length - 1, index));
  for (const each of buttons) each.tabIndex = -1;
  if (buttons[wanted] === undefined) return;
  state.at = wanted;
  buttons[wanted].tabIndex = 0;
  buttons[wanted].focus();
}
`;

/** The whole script. */
export const pageScript = `'use strict';\n(() => {\nconst unknownSentence = ${JSON.stringify(unknownSentence)};${listScript}${pageMatrixScript}${pageGraphScript}${pageStartScript}})();\n`;
