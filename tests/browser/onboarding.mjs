// A subprocessor's whole life, by somebody who has never seen the console and has no mouse: taken on,
// signed for, assessed, announced, published, ended, and found in the archive.
//
// From the environment: ADDRESS, TODAY (the service's), TOKEN (an admin's, which asks what the console
// and the public list say), PERSON, PASSWORD, PICTURES (a folder, if pictures are wanted).

import assert from 'node:assert/strict';
import { given, walk } from './walk.mjs';

const [address, today, token, person, password] = ['ADDRESS', 'TODAY', 'TOKEN', 'PERSON', 'PASSWORD'].map(given);
const COMPANY = 'Mailwerk Pvt Ltd';
const SLUG = 'mailwerk-pvt-ltd';
const PROOF = 'Data processing agreement of 20 November 2026';
const day = (offset = 0) => new Date(Date.parse(today) + offset * 86_400_000).toISOString().slice(0, 10);

const button = (visitor, name) => visitor.by('button', name, 'last');
const link = (visitor, name) => visitor.by('link', name);

/** A form is never saved before what it does was seen. */
async function saved(visitor, save) {
  await button(visitor, /See the effect|Look at the answers/);
  await visitor.sees('What this does');
  await button(visitor, save);
}

async function verdict(subjects, as_of = day()) {
  const answer = await fetch(`${address}/v1/transfer-checks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      exporter: 'qiscus-pte-ltd', importer: SLUG, data_subjects: subjects, data_categories: ['contact'], as_of,
    }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).decision;
}

async function listed(query = '') {
  const answer = await fetch(`${address}/qiscus/subprocessors.json${query}`);
  assert.equal(answer.status, 200);
  const { subprocessors, upcoming } = await answer.json();
  const its = (entries) => entries.find(({ slug }) => slug === SLUG);
  return { now: its(subprocessors), soon: its(upcoming) };
}

async function takenOn(visitor) {
  const { page } = visitor;
  await link(visitor, 'Subprocessors');
  await link(visitor, /^Take on|Onboard|^Add/);
  await link(visitor, /Enter a company/);
  await visitor.answers(page.getByLabel('Legal name'), COMPANY);
  await visitor.answers(page.locator('#f-seat'), 'IN');
  await visitor.answers(page.getByLabel('Source'), PROOF);
  await saved(visitor, /Save the company/);
  await button(visitor, 'Continue');
  await visitor.answers(page.locator('#f-group'), 'qiscus');
  await visitor.answers(page.locator('#f-service'), 'Sending e-mail');
  await visitor.answers(page.locator('[name=exporter_role]'), 'controller');
  await visitor.answers(page.locator('[name=importer_role]'), 'processor');
  await button(visitor, 'Continue');
  await visitor.answers(page.getByLabel('contact details'), 'true');
  await visitor.answers(page.getByLabel(/Where these people are/), 'Germany, Switzerland');
  await button(visitor, 'Continue');
  await visitor.answers(page.locator('[name="locations.0.activity"]'), 'processing');
  await visitor.answers(page.locator('[name="locations.0.place"]'), 'IN');
  await button(visitor, 'Continue');
  await visitor.sees('Denied');
  await visitor.sees('Sign the standard contractual clauses');
  await visitor.picture('onboarding-mechanism');
  await button(visitor, 'Continue');
  await button(visitor, 'Continue');
  await visitor.answers(page.getByLabel('Source'), PROOF);
  await saved(visitor, 'Propose it');
  await visitor.sees('Denied');
  assert.equal(await verdict(['DE']), 'deny');
  await visitor.picture('proposed');
  return visitor.where().split('?')[0];
}

/** Answers every question of a step that is asked here, step by step, until all can be looked at. */
async function answered(visitor, answers) {
  const { page } = visitor;
  for (let step = 0; step < 10; step += 1) {
    for (const [name, value] of Object.entries(answers)) {
      const field = page.locator(`[name="${name}"]:not([type=hidden])`);
      if ((await field.count()) === 0) continue;
      await visitor.answers(field, value);
    }
    if ((await page.getByRole('button', { name: 'Continue', exact: true }).count()) === 0) return;
    await button(visitor, 'Continue');
  }
  assert.fail(`${visitor.where()} asks without end`);
}

/** The clauses, from the remedy's own link, with what the Swiss authority asks for. */
async function signed(visitor) {
  await link(visitor, /Sign the standard contractual clauses/);
  await answered(visitor, {
    signed_on: day(-2), 'statements.swiss_addendum': 'true', source: 'Signed copy in the file', checked_on: day(),
  });
  await saved(visitor, /^(Record|Save|Add)/);
  await visitor.picture('signed');
}

async function assessed(visitor, engagement) {
  await visitor.go(engagement);
  await link(visitor, /Complete a transfer impact assessment/);
  await answered(visitor, {
    conclusion: 'favourable', concluded_on: day(-1), next_review: day(300), source: 'Assessment in the file',
    'steps.transfer': 'E-mail addresses of customers.', 'steps.tool': 'Standard contractual clauses, module 2.',
    'steps.destination_law': 'Assessed with local counsel.', 'steps.procedural_steps': 'None needed.',
    'steps.re_evaluation': 'Every year.',
  });
  await visitor.picture('assessment');
  await saved(visitor, /^(Record|Save|Add)/);
}

async function ended(visitor, engagement) {
  await visitor.go(engagement);
  await link(visitor, /^End/);
  await visitor.answers(visitor.page.locator('[name=last_day]'), day());
  await saved(visitor, /End|Save|Record/);
}

async function published(visitor, note) {
  await link(visitor, 'Publishing');
  await link(visitor, 'Qiscus');
  await link(visitor, 'Publish the list');
  await visitor.answers(visitor.page.locator('[name=note]'), note);
  await saved(visitor, 'Publish it');
}

await walk(async (visitor) => {
  const counsel = await visitor(address);
  await counsel.signIn(person, password);
  const engagement = await takenOn(counsel);
  await signed(counsel);
  await assessed(counsel, engagement);
  await counsel.go(engagement);
  await counsel.sees('it would be allowed');
  await counsel.picture('permitted');

  // It is told before it begins, and nobody reads of it before that is published.
  await link(counsel, /^Announce/);
  await saved(counsel, /Announce|Save/);
  // Its first day is today, and nothing was promised of notice: it is in effect.
  assert.equal(await verdict(['DE', 'CH']), 'allow');
  assert.deepEqual(await listed(), { now: undefined, soon: undefined });
  await published(counsel, 'Mailwerk sends our e-mail from now on.');
  await counsel.picture('published');

  const reader = await visitor(address);
  await reader.go('/qiscus/subprocessors');
  await reader.sees(COMPANY);
  await reader.picture('public-list');
  await link(reader, COMPANY);
  await reader.sees('Standard contractual clauses');
  await reader.go('/qiscus/subprocessors/changes');
  await reader.sees('Mailwerk sends our e-mail from now on.');
  await reader.picture('change-log');
  const feed = await (await fetch(`${address}/qiscus/subprocessors.atom`)).text();
  assert.ok(feed.includes(COMPANY) || feed.includes('Mailwerk sends our e-mail'), feed);
  const { now } = await listed();
  const outcomes = Object.fromEntries(now.transfer_basis.map(({ regime, outcome }) => [regime, outcome]));
  assert.deepEqual([outcomes.eu, outcomes.ch], ['safeguard', 'safeguard']);

  await ended(counsel, engagement);
  assert.equal(await verdict(['DE'], day(1)), 'deny');
  await published(counsel, 'Mailwerk no longer sends our e-mail.');
  assert.equal((await listed(`?as_of=${day(1)}`)).now, undefined);
  await reader.go(`/qiscus/subprocessors?as_of=${day(1)}`);
  await reader.seesNot(COMPANY);
  await reader.go(`/qiscus/subprocessors/as-of/${day()}`);
  await reader.sees(COMPANY);
  await reader.picture('archive');
  counsel.untroubled();
  reader.untroubled();
  console.log('taken on, signed, assessed, announced, published, ended, and found in the archive');
});
