// The part of the page's script that shows what is selected: marks, the matrix of verbs and resources, the why of a
// cell. Counts as src/review/matrix.ts does, which a test in a real browser compares.

export const pageMatrixScript = `
/** The grants of the selected row, as pairs of subject and binding. */
function selectedGrants() {
  const found = [];
  for (let index = 0; index < data.grants.length; index += 2) {
    const pair = [data.grants[index], data.grants[index + 1]];
    if (belongs(pair)) found.push(pair);
  }
  return found;
}

function belongs([subject, binding]) {
  const [place, , role] = data.bindings[binding];
  if (state.pivot === 'subject') return subject === state.entry;
  if (state.pivot === 'role') return role === state.entry;
  if (state.pivot === 'namespace') return place === state.entry;
  return reachesTarget(role, state.entry) && (place === 0 || data.targets[state.entry][2] === 1);
}

const reaching = new Map();

function reachesTarget(role, target) {
  const key = state.cluster + ' ' + role + ' ' + target;
  if (!reaching.has(key)) reaching.set(key, data.roles[role][1].some(([rule]) => isAbout(data.rules[rule], target)));
  return reaching.get(key);
}

/** Whether a rule names the target, or one that covers it. */
function isAbout([, targets], target) {
  return targets.includes(target) || data.targets[target][4].some((wide) => targets.includes(wide));
}

function hasVerb([verbs], verb, target) {
  return verbs.includes(verb) || (verbs.includes(0) && data.targets[target][3].includes(verb));
}

/** Rows of cells for those grants; as matrixOf. */
function matrixOf(grants) {
  const sources = new Map();
  for (const [, binding] of grants) {
    const [place, , role] = data.bindings[binding];
    const source = sources.get(role) ?? { everywhere: false, places: new Set() };
    if (place === 0) source.everywhere = true;
    else source.places.add(place);
    sources.set(role, source);
  }
  const byTarget = new Map();
  const verbs = new Set([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [role, source] of sources) {
    for (const [index] of data.roles[role][1]) {
      const rule = data.rules[index];
      for (const verb of rule[0]) if (verb > 0) verbs.add(verb);
      for (const target of rule[1]) byTarget.set(target, [...(byTarget.get(target) ?? []), { rule, source }]);
    }
  }
  const columns = [...verbs].sort((left, right) => (left <= 8 || right <= 8 ? left - right : data.verbs[left] < data.verbs[right] ? -1 : 1));
  const rowsOfMatrix = [...byTarget.keys()].map((target) => {
    const rules = [target, ...data.targets[target][4]].flatMap((each) => byTarget.get(each) ?? []);
    return { target, cells: columns.map((verb) => cellOf(rules, verb, target)) };
  });
  const found = rowsOfMatrix.filter(({ cells }) => cells.some((cell) => cell !== undefined));
  const nameOfTarget = ({ target }) => data.targets[target][0];
  found.sort((left, right) => data.targets[left.target][1] - data.targets[right.target][1] || (nameOfTarget(left) < nameOfTarget(right) ? -1 : 1));
  return { columns, rows: found };
}

function cellOf(rules, verb, target) {
  const places = new Set();
  let everywhere = false;
  let named = true;
  for (const { rule, source } of rules) {
    if (!hasVerb(rule, verb, target)) continue;
    const isPlaced = source.places.size > 0 && data.targets[target][2] === 1;
    if (!source.everywhere && !isPlaced) continue;
    if (source.everywhere) everywhere = true;
    if (isPlaced) for (const place of source.places) places.add(place);
    if (rule[2].length === 0) named = false;
  }
  return everywhere || places.size > 0 ? { everywhere, namespaces: places.size, named } : undefined;
}

const signs = { everywhere: '●', placed: '◐', named: '○' };

function signOf({ everywhere, named }) {
  return named ? signs.named : everywhere ? signs.everywhere : signs.placed;
}

function cellWords({ everywhere, namespaces, named }) {
  return reachWords(everywhere, namespaces) + (named ? ', only on objects that are named' : '');
}

const matrixLength = 120;

function matrixTable(grants, text) {
  const { columns, rows: all } = matrixOf(grants);
  const found = matching(all, text, ({ target }) => data.targets[target][0]);
  const head = node('tr', {}, node('th', { scope: 'col' }, 'Resource'), ...columns.map((verb) => node('th', { scope: 'col' }, node('span', {}, data.verbs[verb]))));
  const body = node('tbody', {}, ...found.slice(0, matrixLength).map(({ target, cells }) => node('tr', {}, node('th', { scope: 'row' }, node('bdi', {}, data.targets[target][0])), ...cells.map((cell, index) => node('td', {}, ...(cell === undefined ? [] : [cellButton(grants, { target, verb: columns[index], cell })])))))); 
  const table = node('table', { class: 'matrix' }, node('thead', {}, head), body);
  table.addEventListener('keydown', moveInMatrix);
  const first = table.querySelector('.cell');
  if (first !== null) first.tabIndex = 0;
  const rest = found.length - matrixLength;
  return [node('div', { class: 'scroll' }, table), ...(rest > 0 ? [node('p', { class: 'legend' }, 'and ' + counted(rest, 'more resource') + ': search for them.')] : []), ...(all.length === 0 ? [node('p', {}, 'Nothing that can act' + (grants.some(([, binding]) => data.roles[data.bindings[binding][2]][2] === 0) ? ', by the roles that are known.' : '.'))] : [])];
}

function cellButton(grants, { target, verb, cell }) {
  const words = data.verbs[verb] + ' ' + data.targets[target][0] + ': ' + cellWords(cell);
  const button = node('button', { type: 'button', class: 'cell', tabIndex: -1, title: words, 'aria-label': words, 'aria-pressed': 'false' }, signOf(cell));
  button.addEventListener('click', () => {
    for (const each of document.querySelectorAll('.cell')) each.setAttribute('aria-pressed', 'false');
    button.setAttribute('aria-pressed', 'true');
    find('why').replaceChildren(...whyNodes(grants, { target, verb, words }));
    find('why').hidden = false;
  });
  return button;
}

/** Arrow keys go from cell to cell, over those that are empty. */
function moveInMatrix(event) {
  const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  const move = moves[event.key];
  const cell = event.target.closest?.('td');
  if (move === undefined || cell === null || cell === undefined) return;
  event.preventDefault();
  let [row, column] = [cell.parentNode.rowIndex, cell.cellIndex];
  for (;;) {
    row += move[0];
    column += move[1];
    const next = event.currentTarget.rows[row]?.cells[column];
    if (next === undefined || column === 0 || row === 0) return;
    const button = next.querySelector('.cell');
    if (button === null) continue;
    event.target.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
    return;
  }
}

const whyLength = 12;

function whyNodes(grants, { target, verb, words }) {
  const ways = grants.flatMap(([subject, binding]) => {
    const [place, title, role] = data.bindings[binding];
    if (place !== 0 && data.targets[target][2] === 0) return [];
    const rules = data.roles[role][1].filter(([rule]) => hasVerb(data.rules[rule], verb, target) && isAbout(data.rules[rule], target));
    return rules.map(([rule, parts]) => [data.subjects[subject], title, data.roles[role][0], ...(parts === '' ? [] : ['collected from ' + parts]), ruleWords(data.rules[rule])]);
  });
  const items = ways.slice(0, whyLength).map((steps) => node('li', {}, ...steps.flatMap((step, index) => [...(index === 0 ? [] : [' → ']), node('bdi', {}, step)])));
  const rest = ways.length - whyLength;
  return [node('strong', {}, 'Why: ' + words), node('ol', {}, ...items), ...(rest > 0 ? [node('p', { class: 'legend' }, 'and ' + counted(rest, 'more way') + '.')] : [])];
}

function ruleWords([verbs, targets, names]) {
  const what = [...new Set(targets.map((target) => data.targets[target][0]))].join(', ');
  const verbWords = verbs.includes(0) ? 'every verb' : verbs.map((verb) => data.verbs[verb]).join(', ');
  return verbWords + ' on ' + what + (names.length === 0 ? '' : ' named ' + names.map((name) => '"' + name + '"').join(' or '));
}

function drawDetail() {
  const row = data.rows[state.pivot].find((each) => each[8] === state.entry);
  const detail = find('detail');
  find('panes').classList.toggle('two', row !== undefined);
  detail.hidden = row === undefined;
  if (row === undefined) return;
  const [title, note, everywhere, namespaces, subjects, roles, bindings, marks, , , unknown] = row;
  const grants = selectedGrants();
  const search = node('input', { type: 'search', placeholder: 'Search resources', 'aria-label': 'Search resources of the matrix' });
  const matrix = node('div', {});
  const drawMatrix = () => matrix.replaceChildren(...matrixTable(grants, search.value));
  search.addEventListener('input', drawMatrix);
  const back = node('button', { type: 'button', class: 'plain' }, 'Close');
  back.addEventListener('click', close);
  const says = data.marks[marks].map(([risk, , , sentence]) => node('li', { class: 'r' + risk }, sentence));
  if (unknown !== '') says.push(node('li', { class: 'ru' }, unknown + '. ' + unknownSentence));
  const facts = [...(state.pivot === 'namespace' ? [] : [reachWords(everywhere, namespaces)]), ...(state.pivot === 'subject' ? [] : [counted(subjects, 'subject')]), ...(state.pivot === 'role' ? [] : [counted(roles, 'role')]), counted(bindings, 'binding')];
  detail.replaceChildren(
    node('div', { class: 'head' }, node('h2', { tabIndex: -1 }, ...titleNodes(title, hasKind())), back),
    node('p', { class: 'meta' }, facts.join(' · ') + (note === '' ? '' : ' · ' + note)),
    ...(says.length === 0 ? [] : [node('ul', { class: 'says' }, ...says)]),
    node('h3', {}, 'What is allowed'), search, matrix,
    node('p', { class: 'legend' }, signs.everywhere + ' everywhere  ' + signs.placed + ' in some namespaces  ' + signs.named + ' only objects that are named'),
    node('div', { class: 'why', id: 'why', hidden: true, 'aria-live': 'polite' }),
    node('h3', {}, 'By which way'), ...graphNodes(grants));
  drawMatrix();
  detail.scrollTop = 0;
}
`;
