// A framework falls overnight: who falls is seen, then recorded, and everybody reads it. What it costs
// to know and to do is counted in clicks.
//
// From the environment: ADDRESS, PERSON, PASSWORD, PICTURES (a folder, if pictures are wanted).

import assert from 'node:assert/strict';
import { given, walk } from './walk.mjs';

const [address, person, password] = ['ADDRESS', 'PERSON', 'PASSWORD'].map(given);
const FRAMEWORK = /EU-US Data Privacy Framework \(\(EU\) 2023\/1795\)/;
const FALLEN = ['Amazon Web Services', 'DigitalOcean', 'Stripe', 'Cloudflare'];
const SEEN_IN = 2;
const DONE_IN = 3;

let clicks = 0;

/** One click, and the page that comes of it. */
async function click(visitor, what) {
  clicks += 1;
  await Promise.all([visitor.page.waitForEvent('load'), what.click()]);
}

async function bases(group) {
  const answer = await fetch(`${address}/${group}/subprocessors.json`);
  assert.equal(answer.status, 200);
  const { subprocessors } = await answer.json();
  return subprocessors.flatMap(({ slug, transfer_basis }) => transfer_basis
    .filter(({ regime }) => regime === 'eu')
    .map(({ outcome, basis }) => [slug, outcome, basis]));
}

await walk(async (visitor) => {
  const counsel = await visitor(address);
  await counsel.signIn(person, password);
  const { page } = counsel;
  const before = await bases('botsify');
  assert.ok(before.some(([, outcome]) => outcome === 'adequacy'), JSON.stringify(before));

  await click(counsel, page.getByRole('link', { name: FRAMEWORK }).last());
  for (const name of FALLEN) await counsel.sees(name);
  await counsel.sees('Becomes denied');
  await counsel.sees('Nothing was written');
  assert.ok(clicks <= SEEN_IN, `seen in ${clicks} clicks`);
  await counsel.picture('what-if');
  const seen = clicks;
  assert.deepEqual(await bases('botsify'), before, 'asking changes nothing');

  clicks = 0;
  await click(counsel, page.getByRole('link', { name: 'Record that it ended' }));
  await page.getByLabel('Source').fill('Judgment of the Court of Justice, recorded for this walk');
  await click(counsel, page.getByRole('button', { name: 'See the effect' }).last());
  for (const name of FALLEN) await counsel.sees(name);
  await counsel.picture('effect');
  await click(counsel, page.getByRole('button', { name: 'Record that it ended' }));
  assert.ok(clicks <= DONE_IN, `done in ${clicks} clicks`);
  await counsel.sees('Saved');
  console.log(`seen in ${seen} click(s), done in ${clicks}`);

  const after = await bases('botsify');
  assert.ok(after.every(([, outcome]) => outcome !== 'adequacy'), JSON.stringify(after));
  await counsel.go('/console/map');
  const states = await page.locator('tr', { has: page.locator('th', { hasText: 'United States' }) }).innerText();
  assert.ok(states.includes('Denied') && !/EU-US Data Privacy/.test(states), states);
  await counsel.picture('map');
  await counsel.go('/console/subprocessors');
  await counsel.sees('Denied');
  const reader = await visitor(address);
  await reader.go('/botsify/subprocessors');
  await reader.sees('none recorded in this demo');
  await reader.seesNot('(EU) 2023/1795');
  await reader.picture('public-list');
  counsel.untroubled();
  reader.untroubled();
});
