// The part of the page's script that listens: keys, controls, the choice of a cluster, paper.

export const pageStartScript = `
const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9, j: 1, k: -1 };

function listen() {
  find('search').addEventListener('input', refresh);
  find('risky').addEventListener('change', refresh);
  find('more').addEventListener('click', () => { state.shown += pageLength; draw(); });
  for (const each of document.querySelectorAll('input[name=by]')) {
    each.addEventListener('change', () => { state.pivot = each.value; state.entry = -1; find('panes').classList.remove('two'); find('detail').hidden = true; refresh(); });
  }
  find('cluster')?.addEventListener('change', (event) => openCluster(Number(event.target.value)));
  find('rows').addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusRow(state.at + step);
  });
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if (event.key === 'Escape') { if (isTyping && event.target.value !== '') return; if (state.entry >= 0) close(); else focusRow(state.at); }
    if (event.key === '/' && !isTyping) { event.preventDefault(); find('search').focus(); }
    if (event.key === 'Enter' && event.target === find('search')) { event.preventDefault(); focusRow(0); }
  });
}

function openCluster(index) {
  state.cluster = index;
  data = clusters[index];
  state.entry = -1;
  find('panes').classList.remove('two');
  find('detail').hidden = true;
  for (const side of sides) find('n-' + side).textContent = number(data.rows[side].length);
  drawSums();
  refresh();
}

function drawSums() {
  for (const each of document.querySelectorAll('.sums li')) {
    const risk = Number(each.dataset.risk);
    const having = data.rows.subject.filter((row) => data.marks[row[7]].some(([other]) => other === risk));
    const groups = having.filter((row) => row[0].startsWith('Group ')).length;
    const button = node('button', { type: 'button', class: 'r' + risk, 'data-risk': String(risk), 'aria-pressed': 'false' }, node('strong', {}, number(having.length)), node('span', { class: 't' }, each.querySelector('.t').textContent), node('small', {}, counted(groups, 'group') + ' among ' + counted(having.length, 'subject')));
    button.addEventListener('click', () => { state.risk = state.risk === risk ? -1 : risk; refresh(); });
    each.replaceChildren(button);
  }
}
// Of clusters that could not be read there is nothing to show but why.
if (clusters.length === 0) return;
document.body.classList.add('live');
for (const each of document.querySelectorAll('.live-only')) each.hidden = false;
// Headings stay below the bar, however high it is.
new ResizeObserver(([{ target }]) => document.documentElement.style.setProperty('--top', target.offsetHeight + 'px')).observe(find('bar'));
// Paper has no button for more.
addEventListener('beforeprint', () => { state.shown += printLength; draw(); });
addEventListener('afterprint', () => { state.shown -= printLength; draw(); });
listen();
openCluster(0);
`;
