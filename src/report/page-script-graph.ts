// The part of the page's script that draws subject → binding → role → rule: one picture of fixed columns, so that it
// scales on a narrow screen and on paper. Bindings of one role are one box where they are many.

export const pageGraphScript = String.raw`
const svgSpace = 'http://www.w3.org/2000/svg';
const box = { width: 152, height: 36, gap: 8, between: 34 };
const line = { width: 236, height: 22, gap: 5 };
const limits = { subjects: 10, roles: 8, rules: 3 };

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(svgSpace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** What fits into a box; wide letters count twice. */
function fitting(text, width) {
  let used = 0;
  let kept = '';
  for (const letter of text) {
    used += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(letter) ? 2 : 1;
    if (used > width) return kept + '…';
    kept += letter;
  }
  return kept;
}

/** Columns of boxes { key, kind, name, go }, and pairs of keys. */
function graphOf(grants) {
  const columns = [new Map(), new Map(), new Map(), new Map()];
  const edges = new Set();
  const put = (column, key, made) => { if (!columns[column].has(key)) columns[column].set(key, { key, ...made }); return key; };
  const rolesInOrder = [...new Set(grants.map(([, binding]) => data.bindings[binding][2]))];
  const shownRoles = new Set(rolesInOrder.slice(0, limits.roles));
  const shownSubjects = new Set([...new Set(grants.map(([subject]) => subject))].slice(0, limits.subjects));
  const groups = new Map();
  for (const role of [...shownRoles, undefined]) {
    for (const isOfCluster of [true, false]) groups.set(role + ' ' + isOfCluster, { role, place: isOfCluster, bindings: new Set(), subjects: new Set() });
  }
  for (const [subject, binding] of grants) {
    const [place, , role] = data.bindings[binding];
    const group = groups.get((shownRoles.has(role) ? role : undefined) + ' ' + (place === 0));
    group.bindings.add(binding);
    group.subjects.add(shownSubjects.has(subject) ? subject : 'more');
  }
  const moreSubjects = new Set(grants.map(([subject]) => subject)).size - shownSubjects.size;
  const moreRoles = rolesInOrder.length - shownRoles.size;
  for (const [group, { role, place, bindings, subjects }] of groups) {
    if (bindings.size === 0) continue;
    const of = put(1, 'b' + group, bindingBox(bindings, place));
    for (const subject of [...subjects].sort((left, right) => (left === 'more') - (right === 'more'))) {
      const from = subject === 'more' ? put(0, 'smore', { kind: 'Subjects', name: number(moreSubjects) + ' more' }) : put(0, 's' + subject, { ...twoWords(data.subjects[subject]), go: () => goTo('subject', subject) });
      edges.add(from + '|' + of);
    }
    const to = role === undefined ? put(2, 'rmore', { kind: 'Roles', name: number(moreRoles) + ' more' }) : put(2, 'r' + role, { ...twoWords(data.roles[role][0]), go: () => goTo('role', role) });
    edges.add(of + '|' + to);
    if (role !== undefined) putRules(role, put, edges);
  }
  return { columns: columns.map((column) => [...column.values()]), edges: [...edges].map((each) => each.split('|')) };
}

function putRules(role, put, edges) {
  const rules = data.roles[role][1];
  for (const [rule] of rules.slice(0, limits.rules)) edges.add('r' + role + '|' + put(3, 'u' + role + '.' + rule, ruleBox(data.rules[rule])));
  const rest = rules.length - limits.rules;
  if (rest > 0) edges.add('r' + role + '|' + put(3, 'umore' + role, { line: counted(rest, 'more rule') }));
  if (rules.length === 0) edges.add('r' + role + '|' + put(3, 'unone' + role, { line: data.roles[role][2] === 1 ? 'no rule: gives nothing now' : 'unknown: not there, or not read' }));
}

function twoWords(title) {
  const space = title.indexOf(' ');
  return { kind: title.slice(0, space), name: title.slice(space + 1) };
}

function bindingBox(bindings, isOfCluster) {
  const [first] = bindings;
  if (bindings.size === 1) return twoWords(data.bindings[first][1]);
  const places = new Set([...bindings].map((binding) => data.bindings[binding][0]));
  return isOfCluster
    ? { kind: 'ClusterRoleBindings', name: number(bindings.size) + ' of them' }
    : { kind: number(bindings.size) + ' RoleBindings', name: 'in ' + (places.size === 1 ? data.places[[...places][0]] : counted(places.size, 'namespace')) };
}

function ruleBox(rule) {
  return { line: ruleWords(rule) };
}

/** From the right: each box in the middle of those that it leads to, and below the one before it. */
function placed({ columns, edges }) {
  const at = new Map();
  const bottoms = columns.map(() => 1);
  for (const column of [3, 2, 1, 0]) {
    const { height, gap, width } = column === 3 ? line : box;
    const wishes = columns[column].map((each) => ({ each, middle: middleOf(edges.filter(([from]) => from === each.key).map(([, to]) => at.get(to))) }));
    for (const { each, middle } of wishes) {
      const y = Math.max(bottoms[column], middle - height / 2);
      at.set(each.key, { x: column * (box.width + box.between), y, w: width, h: height });
      bottoms[column] = y + height + gap;
    }
  }
  return { at, height: Math.max(...bottoms) };
}

function middleOf(boxes) {
  const middles = boxes.filter((each) => each !== undefined).map(({ y, h }) => y + h / 2);
  return middles.length === 0 ? 0 : (Math.min(...middles) + Math.max(...middles)) / 2;
}

function graphNodes(grants) {
  const graph = graphOf(grants);
  const { at, height } = placed(graph);
  const width = 3 * (box.width + box.between) + line.width;
  const paths = graph.edges.map(([from, to]) => edgePath(at.get(from), at.get(to), { from, to }));
  const boxes = graph.columns.flat().map((each) => boxNode(each, at.get(each.key), paths));
  const picture = svg('svg', { class: 'graph', viewBox: '-1 0 ' + (width + 2) + ' ' + height, role: 'group', 'aria-label': 'Subjects, bindings, roles and rules, joined from left to right' }, ...paths.map(({ path }) => path), ...boxes);
  return [node('div', { class: 'scroll' }, picture)];
}

function edgePath(from, to, keys) {
  const [x1, y1, x2, y2] = [from.x + from.w, from.y + from.h / 2, to.x, to.y + to.h / 2];
  const middle = (x1 + x2) / 2;
  return { ...keys, path: svg('path', { d: 'M' + x1 + ' ' + y1 + 'C' + middle + ' ' + y1 + ' ' + middle + ' ' + y2 + ' ' + x2 + ' ' + y2 }) };
}

function boxNode(of, { x, y, w, h }, paths) {
  const words = of.line ?? of.kind + ' ' + of.name;
  const texts = of.line === undefined ? [svg('text', { class: 'k', x: 9, y: 14 }, fitting(of.kind, 25)), svg('text', { x: 9, y: 29 }, fitting(of.name, 20))] : [svg('text', { class: 'l', x: 8, y: 15 }, fitting(of.line, 38))];
  const made = svg('g', { transform: 'translate(' + x + ' ' + y + ')' }, svg('title', {}, words), svg('rect', { width: w, height: h, rx: 5 }), svg('svg', { width: w - 5, height: h }, ...texts));
  const light = (isLit) => { for (const each of paths) if (each.from === of.key || each.to === of.key) each.path.classList.toggle('lit', isLit); };
  made.addEventListener('pointerenter', () => light(true));
  made.addEventListener('pointerleave', () => light(false));
  if (of.go === undefined) return made;
  for (const [attribute, value] of Object.entries({ tabindex: 0, role: 'button', 'aria-label': words })) made.setAttribute(attribute, String(value));
  made.addEventListener('focus', () => light(true));
  made.addEventListener('blur', () => light(false));
  made.addEventListener('click', of.go);
  made.addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); of.go(); } });
  return made;
}
`;
