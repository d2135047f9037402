// Every page that is named, as people look at it: by light and in the dark, on a telephone and at a
// desk. Nobody is kept from any of it, and nothing lies outside of the screen.

import assert from 'node:assert/strict';
import { given, launched, Visitor } from './walk.mjs';

const WIDTHS = [360, 1280];
const SCHEMES = ['light', 'dark'];
/** The narrowest screen that the pages are made for. */
const NARROWEST = 320;

const address = given('ADDRESS');
const pages = JSON.parse(given('PAGES'));
const person = process.env.PERSON;
assert.ok(pages.length > 0, 'there are pages to look at');

const browser = await launched();
const faults = [];
/** Said at once, so that whoever does not wait for the end knows it. */
const fault = (what) => {
  faults.push(what);
  console.log(what);
};
try {
  const visitor = await Visitor.of(browser, address);
  if (person) await visitor.signIn(person, given('PASSWORD'));
  for (const { path, name } of pages) {
    const answer = await visitor.go(path);
    assert.equal(answer.status(), 200, path);
    // The style alone answers to light and width: it is the same page.
    for (const scheme of SCHEMES) {
      await visitor.page.emulateMedia({ colorScheme: scheme });
      for (const width of WIDTHS) {
        await visitor.page.setViewportSize({ width, height: 800 });
        for (const found of await daysApart(visitor)) fault(`${path} at ${width} px: ${found}`);
        for (const found of await visitor.keptFrom()) fault(`${path} at ${width} px, ${scheme}: ${found}`);
        await visitor.picture(`${name}-${scheme}-${width}`);
      }
    }
    await visitor.page.setViewportSize({ width: NARROWEST, height: 800 });
    const beyond = await visitor.beyondTheScreen();
    if (beyond.length > 0) fault(`${path} at ${NARROWEST} px goes beyond the screen: ${beyond.join('; ')}`);
  }
  visitor.untroubled();
  if (!person) await withoutJavaScript();
} finally {
  await browser.close();
}
assert.deepEqual(faults, []);
console.log(`${pages.length} pages looked at`);

/** Where the shown day lies elsewhere on a timeline's axis than on its lanes. */
async function daysApart({ page }) {
  return page.evaluate(() => {
    const at = (line) => {
      const { left, width } = line.getBoundingClientRect();
      return left + width / 2;
    };
    const axis = document.querySelector('.timeline .axis .day');
    if (!axis) return [];
    const lanes = [...document.querySelectorAll('.timeline .over use')].map(at);
    if (lanes.length === 0) return ['no lane shows the day'];
    const apart = lanes.filter((x) => Math.abs(x - at(axis)) > 1);
    return apart.map((x) => `the day lies at ${x} on a lane and at ${at(axis)} on the axis`);
  });
}

/** The public's pages say the same to who has no JavaScript. */
async function withoutJavaScript() {
  const without = await Visitor.of(browser, address, { javaScript: false });
  const having = await Visitor.of(browser, address);
  for (const { path } of pages) {
    await without.go(path);
    await having.go(path);
    assert.equal(await without.text('main'), await having.text('main'), `${path} without JavaScript`);
  }
  without.untroubled();
  having.untroubled();
}
