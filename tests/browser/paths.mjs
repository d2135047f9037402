// Every place of the console and of a public list, by somebody new to both who has no mouse: from the
// first page on by the keyboard alone, and at each place what it is there for.
//
// From the environment: ADDRESS, ADMIN and APPROVER (names), PASSWORD, PICTURES (a folder, if pictures
// are wanted). What counts as a change of the law waits for approval.

import assert from 'node:assert/strict';
import { given, walk } from './walk.mjs';

const [address, admin, approver, password] = ['ADDRESS', 'ADMIN', 'APPROVER', 'PASSWORD'].map(given);
const FRAMEWORK = 'EU-US Data Privacy Framework';

/** Goes to a place of the navigation. */
async function place(visitor, name) {
  const places = visitor.page.getByRole('navigation', { name: 'Console' });
  await visitor.reach(places.getByRole('link', { name, exact: true }));
  await entered(visitor);
}

async function entered(visitor) {
  await Promise.all([visitor.page.waitForEvent('load'), visitor.page.keyboard.press('Enter')]);
}

/** Opens what is folded. */
async function unfolded(visitor, summary) {
  await visitor.reach(summary);
  await visitor.page.keyboard.press('Enter');
}

const field = (visitor, name) => visitor.page.locator(`main [name="${name}"]`);

async function narrowed(visitor, name, value, sees) {
  await visitor.answers(field(visitor, name), value);
  await visitor.by('button', 'Narrow');
  await visitor.sees(sees);
}

async function attention(counsel) {
  await narrowed(counsel, 'group', 'botsify', 'Botsify → Meta Platforms');
  await counsel.picture('attention');
  await counsel.by('link', 'See what would carry it, or end it');
  await counsel.sees('Sign the standard contractual clauses');
  await counsel.picture('next-step');
}

async function check(counsel) {
  await place(counsel, 'Check a transfer');
  await counsel.answers(field(counsel, 'exporter'), 'qcontact-ltd');
  await counsel.answers(field(counsel, 'importer'), 'netcode');
  await counsel.answers(field(counsel, 'data_subjects'), 'Germany');
  await counsel.answers(counsel.page.getByLabel('contact details'), 'true');
  await counsel.by('button', 'Check', 'last');
  await counsel.sees('Denied');
  await counsel.sees('Sign the standard contractual clauses');
  await counsel.picture('check');
}

async function whatIf(counsel) {
  await place(counsel, 'What if');
  await counsel.by('link', FRAMEWORK);
  await counsel.sees('Becomes denied');
  await counsel.sees('Nothing was written');
  await counsel.picture('what-if');
}

async function map(counsel) {
  await place(counsel, 'Transfer map');
  // A country says its sentence to whoever stands on it.
  await counsel.reach(counsel.page.getByRole('link', { name: /^Morocco: 1 flow, denied/ }).first());
  await counsel.picture('map');
  await counsel.by('link', 'Swiss data');
  await counsel.picture('map-swiss');
  await counsel.seesNot('EU/EEA data: ');
}

async function lists(counsel) {
  for (const [name, by, value, sees, one] of [
    ['Subprocessors', 'group', 'botsify', 'Stripe', 'Stripe'],
    ['Flows', 'verdict', 'deny', 'Qiscus Pte Ltd', /Qiscus Pte Ltd$/],
    ['Companies', 'seat', 'US', 'DigitalOcean', 'DigitalOcean'],
    ['Mechanisms', 'party', 'netcode', 'Nothing fits', null],
    ['Impact assessments', 'conclusion', 'favourable', 'Nothing fits', null],
    ['Processing', 'group', 'netcode', 'marketing', /marketing/i],
    ['Groups', null, null, 'QuickBots', 'QuickBots'],
  ]) {
    await place(counsel, name);
    if (by) await narrowed(counsel, by, value, sees);
    await counsel.picture(`list-${name.toLowerCase().replaceAll(' ', '-')}`);
    if (!one) continue;
    const row = counsel.page.getByRole('main').getByRole('link', { name: one }).first();
    await counsel.reach(row);
    await entered(counsel);
    await counsel.picture(`one-${name.toLowerCase().replaceAll(' ', '-')}`);
  }
}

async function law(counsel) {
  await place(counsel, 'Law');
  await counsel.answers(field(counsel, 'q'), 'United States');
  await counsel.by('button', 'Find');
  await counsel.reach(counsel.page.locator('a.bar', { hasText: 'EU-US Privacy Shield' }).first());
  await counsel.picture('law');
  await entered(counsel);
  await counsel.sees('15 July 2020');
  await counsel.picture('decision');
}

/** Another day: the whole console shows it, and nothing can be changed. */
async function anotherDay(counsel) {
  const { page } = counsel;
  await counsel.answers(page.locator('#bar-as-of'), '2019-06-01');
  await counsel.by('button', 'Show');
  await place(counsel, 'Subprocessors');
  await counsel.sees('You are looking at 1 June 2019 (2019-06-01)');
  await counsel.sees('Nothing can be changed here');
  assert.equal(await page.getByRole('main').getByRole('link', { name: /^Take on/ }).count(), 0);
  await counsel.picture('another-day');
  await counsel.by('link', 'Back to now');
  await counsel.seesNot('Nothing can be changed here');
}

async function publishing(counsel) {
  await place(counsel, 'Publishing');
  await counsel.by('link', 'QuickBots');
  await counsel.sees('Nothing differs');
  await counsel.picture('publishing');
}

/** One proposes what another approves. */
async function proposed(counsel, second) {
  await place(counsel, 'What if');
  await counsel.by('link', FRAMEWORK);
  await counsel.by('link', 'Record that it ended');
  await counsel.answers(counsel.page.getByLabel('Source'), 'Judgment of the Court of Justice, for this walk');
  await counsel.by('button', 'See the effect', 'last');
  await counsel.by('button', 'Record that it ended', 'last');
  await counsel.sees('Proposed. It is made when another person approves it.');
  await second.by('link', 'Proposals');
  await second.reach(second.page.locator('main a[href^="/console/proposals/"]').first());
  await entered(second);
  await second.sees('Becomes denied');
  await second.picture('proposal');
  await second.by('link', 'Approve it');
  await second.by('button', 'See the effect', 'last');
  await second.by('button', /Approve/, 'last');
  await second.sees('Approved, and made');
}

async function ledger(counsel) {
  await place(counsel, 'Ledger');
  await counsel.picture('ledger');
  await narrowed(counsel, 'actor', `user:${admin}`, `user:${admin}`);
  await counsel.reach(counsel.page.getByRole('main').getByRole('link', { name: /^\d+$/ }).first());
  await entered(counsel);
  await counsel.sees('After');
  await counsel.picture('ledger-entry');
}

async function keys(counsel) {
  await place(counsel, 'Tokens');
  await counsel.by('link', 'Issue a token');
  await counsel.answers(field(counsel, 'name'), 'sender');
  await counsel.answers(field(counsel, 'role'), 'checker');
  await counsel.picture('token-new');
  await counsel.by('button', 'Issue the token', 'last');
  await counsel.sees('sender');
  await counsel.picture('token');
  await place(counsel, 'Users');
  await counsel.by('link', 'Make a user');
  await counsel.answers(field(counsel, 'name'), 'reader');
  await counsel.answers(field(counsel, 'role'), 'reader');
  await counsel.by('button', 'Make the user', 'last');
  await counsel.picture('user');
  await place(counsel, 'Users');
  await counsel.sees('reader');
}

async function listsNot(reader, name) {
  const listed = await reader.page.getByRole('main').getByRole('link', { name: new RegExp(`^${name}`) }).count();
  assert.equal(listed, 0, `${name} is listed on ${reader.where()}`);
}

/** The public's list, with and without JavaScript. */
async function list(reader) {
  await reader.go('/qcontact/subprocessors');
  await reader.answers(reader.page.locator('#q'), 'Cloudflare');
  await reader.by('button', 'Search');
  await reader.sees('Cloudflare');
  await listsNot(reader, 'LinkedIn');
  await reader.picture('public-search');
  await reader.by('link', /^Cloudflare/);
  await reader.picture('public-detail');
  await reader.go('/qcontact/subprocessors');
  const filter = reader.page.locator('summary', { hasText: 'Filter' }).first();
  await unfolded(reader, filter);
  await reader.by('link', /^Only outside/);
  await reader.picture('public-outside');
  await listsNot(reader, 'Datacentre operators');
  for (const [name, sees] of [[/^Upcoming/, 'Upcoming'], [/^Change log/, 'Version'], [/^Deutsch/, 'Änderungen']]) {
    await reader.by('link', name);
    await reader.sees(sees);
  }
  await reader.go('/botsify/subprocessors');
  await reader.answers(reader.page.locator('#as_of'), '2020-07-16');
  await reader.by('button', 'Show');
  await reader.sees('16 July 2020');
  await reader.picture('public-archive');
}

await walk(async (visitor) => {
  const counsel = await visitor(address);
  await counsel.signIn(admin, password);
  for (const path of [attention, check, whatIf, map, lists, law, anotherDay, publishing]) {
    await path(counsel);
    console.log(path.name);
  }
  const second = await visitor(address);
  await second.signIn(approver, password);
  await proposed(counsel, second);
  for (const path of [ledger, keys]) {
    await path(counsel);
    console.log(path.name);
  }
  for (const javaScript of [true, false]) {
    const reader = await visitor(address, { javaScript });
    await list(reader);
    reader.untroubled();
  }
  counsel.untroubled();
  second.untroubled();
  console.log('every place, by the keyboard');
});
