import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type OpenedPage, openPage } from '../../scripts/parts/browser.ts';
import { rbacData, rbacObjects, sizeA } from '../../scripts/parts/rbac-data.ts';
import { chainsOf, type MatrixCell, matrixOf } from '../../src/review/matrix.ts';
import { reachWords, rowWords, targetWords } from '../../src/review/review-words.ts';
import type { ReadCluster, Reviewed } from '../../src/review/reviewed.ts';
import { grantsOf, rowsBy } from '../../src/review/rows.ts';
import { binding, clusterRole, role } from '../rbac/objects.ts';
import { pageOf, readCluster, reviewed } from './reviewed.ts';

const edit = clusterRole('edit', 'get,list,create pods,pods/log', 'get secrets', 'get /metrics');
const hostileNames = [
  '</script><script>document.title="owned"</script>',
  '<img src=x onerror="document.title=\'owned\'">',
  '"><svg onload=document.title="owned">',
  '\u001b]0;owned\u0007\u001b[31mred',
  '\u202egnp.exe',
  'אבג-עברית',
  '漢字チーム',
  '<!--<script>',
  '&lt;b&gt;',
];
const hostile = [
  edit,
  ...hostileNames.map((name, index) => ({
    ...binding(`shop/b${index}`, 'clusterrole:edit'),
    subjects: [{ kind: 'User', name }],
  })),
];
const small = [
  edit,
  clusterRole('root', '* * *'),
  role('shop/reader', 'get secrets core [db]'),
  binding('shop/devs', 'clusterrole:edit', 'group:devs', 'user:ann'),
  binding('bank/devs', 'clusterrole:edit', 'group:devs'),
  binding('shop/read', 'role:reader', 'sa:shop/ci'),
  binding('all', 'clusterrole:root', 'group:admins'),
  binding('shop/gone', 'role:gone', 'user:zoe'),
];

const folder = mkdtempSync(join(tmpdir(), 'kubectl-oidc-page-'));
let opened: OpenedPage;
const requested: string[] = [];
const complaints: string[] = [];
const refused: string[] = [];
beforeAll(async () => {
  opened = await openPage({ viewport: { width: 1440, height: 900 } });
  opened.page.on('request', (request) => requested.push(request.url()));
  opened.page.on('requestfailed', (request) =>
    refused.push(`${request.url()} ${request.failure()?.errorText}`),
  );
  opened.page.on('pageerror', (error) => complaints.push(error.message));
  opened.page.on('console', (message) => complaints.push(message.text()));
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

let count = 0;
async function show(of: Reviewed, { page } = opened): Promise<string> {
  const file = join(folder, `${count++}.html`);
  writeFileSync(file, pageOf(of));
  requested.length = 0;
  complaints.length = 0;
  const address = pathToFileURL(file).href;
  await page.goto(address);
  return address;
}

test('of clusters of which none could be read says why, without a fault of its script', async () => {
  const failed = { kind: 'failed', context: 'lab', message: 'nobody answers', hint: '' } as const;
  await show({ ...reviewed([]), isOfMany: true, clusters: [failed] });
  expect(complaints).toEqual([]);
  expect((await texts('.gaps li')).join()).toBe('context lab: nobody answers');
  expect(await texts('.live-only')).toEqual([]);
});

test('says of roles that are unknown that they are, and keeps them among what has a mark', async () => {
  await show(reviewed(small));
  await opened.page.check('#risky');
  expect((await texts('#rows tbody tr')).filter((row) => row.includes('zoe')).join()).toContain(
    '1 role unknown',
  );
  await opened.page.locator('#rows .row', { hasText: 'zoe' }).click();
  const detail = (await texts('#detail')).join();
  expect(detail).toContain('by the roles that are known');
  expect(detail).toContain('unknown: not there, or not read');
  expect(detail).not.toContain('gives nothing');
});

const texts = (selector: string, { page } = opened): Promise<readonly string[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((each) => each.checkVisibility()).map((each) => each.textContent)`,
  );
const focused = (): Promise<string> => opened.page.evaluate('document.activeElement.textContent');

describe('the page', () => {
  it('shows names of others as text, runs nothing of theirs, loads nothing, and its policy breaks nothing of its own', async () => {
    const address = await show(reviewed(hostile));
    expect(await opened.page.title()).toBe('Access review · kubectl oidc');
    const names = await texts('#rows .row bdi');
    expect(names).toContain('</script><script>document.title="owned"</script>');
    expect(names).toContain('&lt;b&gt;');
    expect(names).toContain('red');
    expect(names).toContain('gnp.exe');
    expect(names).toContain('漢字チーム');
    expect(names).toHaveLength(hostileNames.length);
    for (const [index] of hostileNames.entries()) {
      await opened.page.locator('#rows .row').nth(index).click();
      await opened.page.locator('#detail .cell').first().click();
    }
    expect(await opened.page.title()).toBe('Access review · kubectl oidc');
    expect(requested).toEqual([address]);
    expect(complaints).toEqual([]);
    expect(await opened.page.locator('img, iframe, link, object').count()).toBe(0);
  });

  it('would run no other script and load no picture', async () => {
    await show(reviewed(small));
    const policy: string = await opened.page.evaluate("document.querySelector('meta[http-equiv]').content");
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']{44}'; script-src 'sha256-[^']{44}'; base-uri 'none'; form-action 'none'$/,
    );
    await opened.page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'https://example.com/x.png';
      document.body.append(image);
    }`);
    expect(await opened.page.title()).toBe('Access review · kubectl oidc');
    expect(complaints.join('\n')).toContain('Content Security Policy');
    expect(refused).toEqual(['https://example.com/x.png csp']);
  });

  it('is worked by keys alone: search, rows, a selection, the why of a cell, and back', async () => {
    await show(reviewed(small));
    const { keyboard } = opened.page;
    await keyboard.press('/');
    await keyboard.type('dev');
    expect(await texts('#rows .row')).toEqual(['Group devs']);
    await keyboard.press('Enter');
    expect(await focused()).toBe('Group devs');
    await keyboard.press('/');
    await keyboard.press('Control+a');
    await keyboard.press('Delete');
    await keyboard.press('Enter');
    expect(await focused()).toBe('Group admins');
    await keyboard.press('ArrowDown');
    expect(await focused()).toBe('Group devs');
    await keyboard.press('Enter');
    expect(await texts('#detail h2')).toEqual(['Group devs']);
    await opened.page.locator('.cell[tabindex="0"]').focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    expect(await texts('#why strong')).toEqual(['Why: list pods: 2 namespaces']);
    expect(await texts('#why li')).toEqual([
      'Group devs → RoleBinding shop/devs → ClusterRole edit → get, list, create on pods, pods/log',
      'Group devs → RoleBinding bank/devs → ClusterRole edit → get, list, create on pods, pods/log',
    ]);
    await keyboard.press('Escape');
    expect(await texts('#detail h2')).toEqual([]);
    expect(await focused()).toBe('Group devs');
    await keyboard.press('End');
    expect(await focused()).toBe('ServiceAccount shop/ci');
  });

  it('goes from a subject to its role by the graph', async () => {
    await show(reviewed(small));
    await opened.page.locator('#rows .row', { hasText: 'devs' }).click();
    const boxes: readonly string[] = await opened.page.evaluate(
      "[...document.querySelectorAll('.graph g[role=button]')].map((each) => each.getAttribute('aria-label'))",
    );
    expect(boxes).toEqual(['Group devs', 'ClusterRole edit']);
    await opened.page.locator('.graph g[role=button]').nth(1).press('Enter');
    expect(await texts('#detail h2')).toEqual(['ClusterRole edit']);
    expect(await opened.page.locator('input[value=role]').isChecked()).toBe(true);
    expect(await opened.page.locator('.graph path').count()).toBeGreaterThan(3);
  });

  it('counts its matrices as the model does, on every side', async () => {
    const data = rbacObjects(
      rbacData(
        { namespaces: 20, roleBindings: 120, clusterRoleBindings: 90, roles: 60, clusterRoles: 120 },
        5,
      ),
    );
    const model = readCluster(data);
    await show({ ...reviewed(data), clusters: [model] });
    for (const pivot of ['subject', 'resource', 'role', 'namespace'] as const) {
      await opened.page.locator(`input[value=${pivot}]`).check();
      const rows = rowsBy(model.review, pivot);
      expect(await texts('#rows .row')).toEqual(rows.slice(0, 100).map(rowWords));
      for (const index of [0, 1, 7, Math.min(60, rows.length - 1)]) {
        await opened.page.locator('#rows .row').nth(index).click();
        expect(await cellsOnPage(), `${pivot} ${index}`).toEqual(cellsOf(model, rows[index]));
      }
    }
  });

  it('stands without script: every row, and no control that would do nothing', async () => {
    const data = rbacObjects(
      rbacData(
        { namespaces: 60, roleBindings: 400, clusterRoleBindings: 90, roles: 60, clusterRoles: 120 },
        5,
      ),
    );
    const still = await openPage({ javaScriptEnabled: false });
    try {
      const of = reviewed(data);
      await show(of, still);
      const [model] = of.clusters;
      const rows = await still.page.locator('tbody tr').count();
      expect(model?.kind === 'read' && model.rows.length).toBe(rows);
      expect(rows).toBeGreaterThan(220);
      expect(await still.page.locator('#bar').isVisible()).toBe(false);
      expect(await still.page.locator('button:visible').count()).toBe(0);
      expect(await still.page.locator('.sums strong').first().textContent()).toMatch(/^\d+$/);
    } finally {
      await still.close();
    }
  });

  it('sums the marks of all clusters without script, and those of the one that is shown with it', async () => {
    const clusters = ['prod', 'stage'].map((context) =>
      readCluster(context === 'prod' ? small : small.slice(0, -2), { context }),
    );
    const many = { ...reviewed(small), isOfMany: true, clusters };
    const still = await openPage({ javaScriptEnabled: false });
    const sumsOn = async ({ page }: OpenedPage) => page.locator('.sums li').allInnerTexts();
    try {
      await show(many, still);
      expect((await sumsOn(still)).map((text) => text.replaceAll('\n', ' '))).toEqual([
        '1 everything 1 group among 1 subject, in 2 clusters together',
        '0 may change RBAC 0 groups among 0 subjects, in 2 clusters together',
        '0 may become someone else 0 groups among 0 subjects, in 2 clusters together',
        '6 may read secrets 2 groups among 6 subjects, in 2 clusters together',
      ]);
    } finally {
      await still.close();
    }
    await show(many);
    expect((await sumsOn(opened))[3]?.replaceAll('\n', ' ')).toBe(
      '3 may read secrets 1 group among 3 subjects',
    );
  });

  it('says at once what could not be read', async () => {
    const gap = { what: 'rolebindings', namespace: 'bank', reason: 'you may not <b>list</b> them' } as const;
    await show(reviewed(small, { gaps: [gap] }));
    expect(await texts('.gaps li')).toEqual([
      'rolebindings in namespace bank could not be read (you may not <b>list</b> them)',
    ]);
  });

  it.each(['light', 'dark'] as const)('has the contrast of WCAG AA, %s', async (colorScheme) => {
    await opened.page.emulateMedia({ colorScheme });
    await show(reviewed(small, { gaps: [{ what: 'roles', namespace: '', reason: 'forbidden' }] }));
    await opened.page.locator('#rows .row').first().click();
    await opened.page.locator('#detail .cell').first().click();
    await opened.page.locator('.sums button').first().click();
    expect(await opened.page.evaluate(weakest)).toEqual([]);
    await opened.page.emulateMedia({ colorScheme: null });
  });

  it('prints every row and what is selected, and no control', async () => {
    await show(
      reviewed(
        rbacObjects(
          rbacData(
            { namespaces: 60, roleBindings: 400, clusterRoleBindings: 90, roles: 60, clusterRoles: 120 },
            5,
          ),
        ),
      ),
    );
    await opened.page.emulateMedia({ media: 'print' });
    await opened.page.evaluate("dispatchEvent(new Event('beforeprint'))");
    const shown = await opened.page.locator('#rows tbody tr').count();
    expect(shown).toBeGreaterThan(220);
    expect(await opened.page.locator('#bar').isVisible()).toBe(false);
    expect(await opened.page.locator('#more').isVisible()).toBe(false);
    expect((await opened.page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
    await opened.page.emulateMedia({ media: null });
  });

  it('lets a reader of several clusters choose one', async () => {
    const clusters = [readCluster(small, { context: 'prod' }), readCluster(hostile, { context: 'stage' })];
    const lost = {
      kind: 'failed',
      context: 'lab',
      message: 'the API server does not answer',
      hint: '',
    } as const;
    await show({ ...reviewed(small), isOfMany: true, clusters: [...clusters, lost] });
    expect(await texts('.gaps li')).toEqual(['context lab: the API server does not answer']);
    await opened.page.locator('#cluster').selectOption('stage');
    expect(await texts('#rows .row')).toHaveLength(hostileNames.length);
  });

  it('of a large cluster (A) is no larger than 5 MB', () => {
    expect(pageOf(reviewed(rbacObjects(rbacData(sizeA, 1)))).length).toBeLessThan(5_000_000);
  });
});

/** `get pods: everywhere` of each cell. */
const cellsOnPage = (): Promise<readonly string[]> =>
  opened.page.evaluate(
    "[...document.querySelectorAll('.cell')].map((each) => each.getAttribute('aria-label')).sort()",
  );

const shownRows = 120;

function cellsOf(
  { review }: ReadCluster,
  row: Parameters<typeof grantsOf>[1] | undefined,
): readonly string[] {
  if (row === undefined) return [];
  const grants = grantsOf(review, row);
  const { verbs, rows } = matrixOf(review, grants);
  return rows
    .slice(0, shownRows)
    .flatMap(({ target, name, cells }) =>
      cells.flatMap((cell, index) => {
        if (cell === undefined) return [];
        const verb = verbs[index] ?? '';
        expect(chainsOf(review, grants, { target, verb }), `${verb} ${name}`).not.toEqual([]);
        return [`${verb} ${targetWords(name)}: ${cellWords(cell)}`];
      }),
    )
    .sort();
}

function cellWords(cell: MatrixCell): string {
  return `${reachWords(cell)}${cell.named ? ', only on objects that are named' : ''}`;
}

/** Every text that is seen, against what is behind it: those under 4.5 to 1 (WCAG 2.2, 1.4.3; 3 for large ones). */
const weakest = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const blend = ([r, g, b, a = 1], under) => [r, g, b].map((value, index) => value * a + under[index] * (1 - a));
  const light = (color) => { const [r, g, b] = color.map((value) => value / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    const own = element.tagName === 'text' ? parse(getComputedStyle(element.closest('g').querySelector('rect')).fill) : parse(getComputedStyle(element).backgroundColor);
    return own[3] === 0 ? behind(element.parentElement) : blend(own, own[3] === undefined ? [0, 0, 0] : behind(element.parentElement));
  };
  const weak = [];
  let looked = 0;
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility() || ![...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim() !== '')) continue;
    if (['SCRIPT', 'STYLE', 'TITLE', 'title', 'OPTION', 'NOSCRIPT'].includes(element.tagName) || element.closest('.out, legend')) continue;
    looked++;
    const style = getComputedStyle(element);
    const back = behind(element);
    const front = blend(parse(element.tagName === 'text' ? style.fill : style.color), back);
    const [high, low] = [light(front), light(back)].sort((left, right) => right - left);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < wanted) weak.push(element.textContent + ' ' + ratio.toFixed(2));
  }
  return looked < 40 ? ['only ' + looked + ' texts were looked at'] : weak;
})()`;
