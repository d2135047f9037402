// A real browser that trusts nobody: whatever a page does that no page of the service may do is a
// fault, and a walk with a fault has failed.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from './installed.mjs';

const { chromium } = (await installed('playwright-core')).default;
const { AxeBuilder } = (await installed('@axe-core/playwright')).default;

/** How long one step may take: a busy machine is slow, and the whole test has its own deadline. */
const PATIENCE = 30_000;

/** How many presses of a key somebody has patience for. */
const TABS = 500;

/** A setting that the test gives. */
export function given(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: the tests of this folder are started by the test command`);
  return value;
}

/** Starts the browser. Whatever it is told to ask, it reaches this machine only. */
export async function launched() {
  return chromium.launch({
    executablePath: given('TEST_CHROMIUM'),
    timeout: PATIENCE,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    // People's browsers keep the page that they leave, so ours does too.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/** One person's browser: cookies of its own, and everything that went wrong in it. */
export class Visitor {
  /** `elsewhere`: other origins where the person may go. What those do is not ours to judge. */
  static async of(browser, address, { javaScript = true, elsewhere = [] } = {}) {
    const visitor = new Visitor();
    visitor.address = new URL(address).origin;
    visitor.elsewhere = elsewhere.map((url) => new URL(url).origin);
    visitor.javaScript = javaScript;
    visitor.faults = [];
    visitor.refused = new Set();
    visitor.refusals = [];
    visitor.context = await browser.newContext({ javaScriptEnabled: javaScript, acceptDownloads: false });
    visitor.context.setDefaultTimeout(PATIENCE);
    await visitor.watch();
    visitor.page = await visitor.open();
    return visitor;
  }

  /** Another tab of the same person's. */
  async open() {
    this.opening = true;
    const page = await this.context.newPage();
    this.opening = false;
    return page;
  }

  fault(what) {
    if (!this.faults.includes(what)) this.faults.push(what);
  }

  async watch() {
    const { context } = this;
    await context.exposeBinding('reportViolation', ({ frame }, what) => {
      if (this.isOurs(frame.url())) this.fault(`policy violated on ${frame.url()}: ${what}`);
    });
    await context.addInitScript(() => {
      const report = globalThis.reportViolation;
      document.addEventListener('securitypolicyviolation', (event) => {
        report(`${event.effectiveDirective} by ${event.blockedURI} (${event.sample})`);
      });
    });
    context.on('page', (page) => {
      if (!this.opening) this.fault(`a window was opened: ${page.url()}`);
      page.on('download', (download) => this.fault(`a download began: ${download.url()}`));
    });
    context.on('dialog', async (dialog) => {
      this.fault(`a dialog: ${dialog.type()} “${dialog.message()}”`);
      await dialog.dismiss().catch(() => {});
    });
    context.on('weberror', (error) => {
      const page = error.page()?.url() ?? '';
      if (this.isOurs(page)) this.fault(`an error of a script on ${page}: ${error.error().message}`);
    });
    context.on('request', (request) => this.asked(request));
    context.on('response', (response) => {
      if (response.request().isNavigationRequest() && response.status() >= 400) this.refused.add(response.url());
    });
    context.on('console', (message) => this.said(message));
  }

  isOurs(url) {
    const { origin } = new URL(url, this.address);
    return !this.elsewhere.includes(origin);
  }

  /** Nothing is asked of anybody else, and of the service nothing but pages and their style. */
  asked(request) {
    const { origin } = new URL(request.url());
    if (this.elsewhere.includes(origin)) return;
    if (origin !== this.address) {
      // A page of somebody else's may load what it wants.
      if (request.isNavigationRequest() || this.isOurs(request.frame().url())) this.fault(`asked ${request.url()}`);
    } else if (!['document', 'stylesheet'].includes(request.resourceType())) {
      this.fault(`loaded as ${request.resourceType()}: ${request.url()}`);
    }
  }

  said(message) {
    const { url } = message.location();
    const text = message.text();
    const at = message.page()?.url() || url;
    if (!this.isOurs(url || at) || !this.isOurs(at)) return;
    const fault = `console on ${at}: ${text} (${url})`;
    if (text.startsWith('Failed to load resource: the server responded with a status of')) {
      this.refusals.push({ url, fault });
    } else if (message.type() === 'error' || /content security policy/i.test(text)) {
      this.fault(fault);
    }
  }

  /** Opens a page of the service; gives the answer. */
  async go(path, page = this.page) {
    return page.goto(this.address + path, { timeout: PATIENCE });
  }

  /** Goes back, to a page that the browser asks for again or has kept: one that it kept does not load. */
  async back() {
    await this.page.goBack({ waitUntil: 'commit' });
    await this.page.locator('main').waitFor();
  }

  /** Where the person is, without the service's address. */
  where(page = this.page) {
    const url = page.url();
    return url.startsWith(this.address) ? url.slice(this.address.length) : url;
  }

  /** Moves by the Tab key alone to what a selector names, as somebody without a mouse does. */
  async tabTo(selector) {
    const wanted = this.page.locator(selector);
    assert.equal(await wanted.count(), 1, `${selector} on ${this.where()}`);
    await this.reach(wanted);
  }

  /** Moves by the Tab key alone; past the end of the page it begins again. */
  async reach(wanted) {
    await wanted.waitFor({ timeout: 5_000 }).catch(() => assert.fail(`${wanted} is not on ${this.where()}`));
    const has = (element) => element === document.activeElement;
    for (let presses = 0; !(await wanted.evaluate(has)); presses += 1) {
      if (presses === TABS) assert.fail(`the Tab key does not reach ${wanted} on ${this.where()}`);
      await this.page.keyboard.press('Tab');
    }
    const seen = await wanted.evaluate((element) => {
      const style = getComputedStyle(element);
      if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true;
      // What stands in a picture says its sentence instead.
      const tells = element.querySelector('.tells');
      return tells !== null && getComputedStyle(tells).clipPath === 'none';
    });
    assert.ok(seen, `nobody sees that ${wanted} has the focus on ${this.where()}`);
  }

  /** Goes by a link or button, with the return key, to the page that comes of it. */
  async by(role, name, which = 'first') {
    await this.reach(this.page.getByRole(role, { name })[which]());
    await Promise.all([this.page.waitForEvent('load'), this.page.keyboard.press('Enter')]);
    const trouble = this.page.locator('.errors');
    if (await trouble.count()) assert.fail(`${this.where()}: ${await trouble.innerText()}`);
  }

  /** Answers a question with the keys that its kind of field takes; `value`: as the form sends it. */
  async answers(field, value) {
    await this.reach(field);
    const { keyboard } = this.page;
    const kind = await field.evaluate(({ tagName, type }) => (tagName === 'SELECT' ? 'select' : type));
    if (kind === 'select') {
      const chosen = () => field.inputValue();
      await keyboard.press('Home');
      for (let presses = 0; (await chosen()) !== value; presses += 1) {
        if (presses === TABS) assert.fail(`${value} is no choice of ${field} on ${this.where()}`);
        await keyboard.press('ArrowDown');
      }
    } else if (kind === 'checkbox') {
      if (!(await field.isChecked())) await keyboard.press('Space');
    } else if (kind === 'date') {
      const [year, month, day] = value.split('-');
      await keyboard.type(month + day + year);
    } else {
      await keyboard.press('Control+A');
      await keyboard.insertText(value);
    }
    if (kind === 'checkbox') assert.ok(await field.isChecked(), `${field} is ticked`);
    else assert.equal(await field.inputValue(), value, `what ${field} holds on ${this.where()}`);
  }

  /** Presses Enter on what has the focus, and waits for the page that comes. */
  async enter(expected) {
    const arrives = this.page.waitForURL((url) => url.href.slice(url.origin.length) === expected, { timeout: PATIENCE });
    await this.page.keyboard.press('Enter');
    await arrives.catch((error) => assert.fail(`${expected} did not come, but ${this.where()}: ${error.message}`));
    await this.page.waitForLoadState('load');
  }

  /** Sends the form that has the focus; gives the answer once the page that comes of it stands. */
  async send(page = this.page) {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.waitForEvent('load'),
      page.keyboard.press('Enter'),
    ]);
    return answer;
  }

  /** What the page says, as one line. */
  async text(selector = 'body') {
    const text = await this.page.locator(selector).first().innerText();
    return text.replace(/\s+/g, ' ').trim();
  }

  async sees(words) {
    const text = await this.text();
    assert.ok(text.includes(words), `“${words}” is not on ${this.where()}: ${text}`);
  }

  async seesNot(words) {
    const text = await this.page.content();
    assert.ok(!text.includes(words), `“${words}” is on ${this.where()}`);
  }

  async session() {
    const cookies = await this.context.cookies(this.address);
    return cookies.find(({ name }) => /^(__Host-)?session$/.test(name));
  }

  /** Nothing that WCAG 2.2 asks for at levels A and AA and that a program can see is missing. */
  async isAccessible() {
    // It is itself JavaScript, and the page is the same without.
    if (!this.javaScript) return;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode().withTags(tags).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    assert.deepEqual(found, [], `who cannot see it, or has no mouse, is kept from ${this.where()}`);
  }

  /** What of the page somebody is kept from, of moderate impact or more, best practice included. */
  async keptFrom() {
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode().analyze();
    const grave = violations.filter(({ impact }) => impact !== 'minor');
    return grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} (${failureSummary})`).join(' | ')}`);
  }

  /** What of the page lies outside of the screen without anything to scroll it by. */
  async beyondTheScreen() {
    return this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      const wide = [...document.body.querySelectorAll('*')].filter((element) => {
        const { right } = element.getBoundingClientRect();
        return right > width + 1 && !element.closest('.scroll');
      });
      return wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120));
    });
  }

  /** Signs in by the form, and stands on the console. */
  async signIn(name, password) {
    await this.go('/sign-in');
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.page.keyboard.press('Enter');
    await this.page.waitForURL((url) => url.pathname === '/');
  }

  /** Keeps a picture for whoever wants to look. */
  async picture(name) {
    const folder = process.env.PICTURES;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true }).catch(() => {});
  }

  /** Says that nothing went wrong meanwhile. */
  untroubled() {
    // A refusal that is shown as a page is an error to the browser's console, but not to us. Which of
    // the two it hears of first is left to chance.
    for (const { url, fault } of this.refusals.splice(0)) if (!this.refused.has(url)) this.fault(fault);
    assert.deepEqual(this.faults, [], 'faults of the pages');
  }

  async leave() {
    await this.context.close();
    this.untroubled();
  }
}

/** Runs a walk to its end. Whatever comes of it, the browser is closed. */
export async function walk(steps) {
  const browser = await launched();
  const visitors = [];
  const visitor = async (...options) => {
    const one = await Visitor.of(browser, ...options);
    visitors.push(one);
    return one;
  };
  try {
    await steps(visitor, browser);
  } catch (error) {
    for (const [at, one] of visitors.entries()) await one.picture(`failed-${at + 1}`);
    const faults = visitors.flatMap((one) => one.faults);
    console.error(error.stack);
    for (const fault of faults.slice(0, 40)) console.error(`fault: ${fault}`);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
