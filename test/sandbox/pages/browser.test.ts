import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { REQUESTS, stage } from '../world.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const installed = existsSync(executablePath);
if (!installed)
  console.warn(
    `There is no ${executablePath}: the browser test is skipped. Install chromium, or name one in CHROMIUM.`,
  );

const entry = (duration: string) => `requests:
  - user: mona
    resource: orders-db
    role: read-only
    duration: ${duration}
    reason: "INC-4312: stuck orders"
`;

async function actAs(page: Page, login: string): Promise<void> {
  await page.getByLabel('Acting as').selectOption(login);
  await page.getByRole('button', { name: 'Switch' }).click();
}

test.skipIf(!installed)(
  'a person opens a pull request, edits it again, approves and merges, in a browser without scripts',
  async () => {
    const github = await stage();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: { width: 390, height: 844 },
      });
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on('console', (message) => trouble.push(message.text()));

      await page.goto(github.url);
      await page.getByRole('button', { name: 'Act as mona' }).click();
      await page.getByRole('link', { name: 'acme/access' }).click();
      await page.getByRole('link', { name: REQUESTS }).click();
      await page.getByRole('link', { name: 'Edit this file' }).click();
      await page.getByLabel('Content').fill(entry('8h'));
      await page.getByLabel('Title').fill('Read orders-db');
      await page.getByLabel('New branch').fill('mona/orders-db');
      await page.getByRole('button', { name: 'Open a pull request' }).click();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Read orders-db #1');

      await page.getByRole('link', { name: `Edit ${REQUESTS}` }).click();
      await page.getByLabel('Content').fill(entry('4h'));
      await page.getByRole('button', { name: 'Commit to #1' }).click();
      expect(await page.locator('.diff').innerText()).toContain('+    duration: 4h');
      // A phone shows the page without moving it sideways.
      expect(await page.locator('body').evaluate((body) => body.scrollWidth)).toBeLessThanOrEqual(390);

      await actAs(page, 'lead');
      await page.getByLabel('Review or comment').fill('Go ahead');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByText('Go ahead').waitFor();
      await actAs(page, 'mona');
      await page.getByLabel('How').selectOption('squash');
      await page.getByRole('button', { name: 'Merge' }).click();
      await page.getByText('mona merged it as').waitFor();

      expect(await github.world.git('show', `main:${REQUESTS}`)).toBe(entry('4h'));
      expect(trouble).toEqual([]);
    } finally {
      await browser.close();
      await github.close();
    }
  },
);
