// People whom an issuer knows: to a real OpenID provider and back.
//
// From the environment: ADDRESS, ISSUER (where `provider.mjs` of this folder listens), PICTURES.

import assert from 'node:assert/strict';
import { given, walk } from './walk.mjs';

const [address, issuer] = ['ADDRESS', 'ISSUER'].map(given);
const back = `${address}/sign-in/return`;

/** From the sign-in page to the issuer's form. */
async function goesThere(person) {
  await person.go('/sign-in');
  const link = person.page.getByRole('link', { name: 'Sign in with the issuer' });
  assert.equal(await link.getAttribute('href'), '/sign-in/issuer');
  await link.focus();
  await person.page.keyboard.press('Enter');
  await person.page.waitForURL((url) => url.origin === issuer);
  await person.page.locator('input[name=login]').waitFor();
}

/** Says to the issuer who it is; gives the address to which the issuer sends the browser. */
async function says(person, login) {
  await person.page.fill('input[name=login]', login);
  await person.page.fill('input[name=password]', `${login}-tests-only`);
  const returning = person.page.waitForRequest((request) => request.url().startsWith(back));
  await person.page.keyboard.press('Enter');
  const request = await returning;
  await person.page.waitForURL((url) => url.origin === address, { waitUntil: 'load' });
  return request.url();
}

/** The page says no in words, and nobody is in. */
async function isRefused(person, answer, words) {
  assert.equal(answer.status(), 403, answer.url());
  assert.equal((answer.headers()['content-type'] ?? '').split(';')[0], 'text/html');
  const alert = await person.text('[role=alert]');
  assert.ok(alert.startsWith('You are not signed in') && alert.includes(words), alert);
  await person.isAccessible();
}

async function isOut(person) {
  assert.equal(await person.session(), undefined);
  await person.go('/account');
  assert.equal(person.where(), '/sign-in?to=%2Faccount');
}

async function somebodyWithARoleGoesInAndOut(visitor) {
  const ada = await visitor(address, { elsewhere: [issuer] });
  await goesThere(ada);
  const returned = await says(ada, 'ada');
  for (const part of ['code=', 'state=']) assert.ok(returned.includes(part), returned);
  assert.equal(ada.where(), '/');
  const who = await ada.text('header');
  assert.match(who, /(user:)?Ada \(admin\)/);
  await ada.seesNot('code=');
  await ada.isAccessible();
  await ada.picture('signed-in');
  const cookie = await ada.session();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Lax']);
  await ada.go('/account');
  await ada.seesNot('Change the password');

  // The return was good for once: neither who is in nor who is out gets anything by it.
  await isRefused(ada, await ada.page.goto(returned), 'begin again');
  await ada.go('/account');
  assert.equal(ada.where(), '/account', 'and nobody was sent away by it');
  await ada.tabTo('form[action="/sign-out"] button');
  await ada.enter('/sign-in');
  await isRefused(ada, await ada.page.goto(returned), 'begin again');
  await ada.picture('replayed');
  await isOut(ada);
  await ada.back();
  await ada.seesNot('Ada');
  await ada.leave();
}

async function aLimitedPersonSeesWhatIsTheirs(visitor) {
  const edith = await visitor(address, { elsewhere: [issuer] });
  await goesThere(edith);
  await says(edith, 'edith');
  assert.match(await edith.text('header'), /(user:)?Edith \(editor\)/);
  await edith.sees('Public lists');
  await edith.seesNot('/botsify/subprocessors');
  await edith.leave();
}

async function whoMayNotComeInIsToldWhy(visitor) {
  for (const [login, words] of [['nora', 'no role'], ['gus', 'no group']]) {
    const person = await visitor(address, { elsewhere: [issuer] });
    await goesThere(person);
    const answered = person.page.waitForResponse((response) => response.url().startsWith(back));
    await says(person, login);
    await isRefused(person, await answered, words);
    await person.picture(`refused-${login}`);
    await isOut(person);
    await person.leave();
  }
}

async function whoTurnsBackIsToldSo(visitor) {
  const person = await visitor(address, { elsewhere: [issuer] });
  await goesThere(person);
  const answered = person.page.waitForResponse((response) => response.url().startsWith(back));
  await person.page.getByRole('link', { name: 'Cancel' }).click();
  await isRefused(person, await answered, 'begin again');
  await isOut(person);
  await person.leave();
}

/** Whoever is sent another person's return must not become that person. */
async function aReturnBelongsToTheBrowserThatWent(visitor) {
  const [abel, other, third] = [await visitor(address, { elsewhere: [issuer] }), await visitor(address),
    await visitor(address, { elsewhere: [issuer] })];
  await goesThere(abel);
  // His browser does not get there: only the address is known.
  await abel.page.route(`${back}**`, (route) => route.fulfill({ status: 204 }));
  await abel.page.fill('input[name=login]', 'abel');
  await abel.page.fill('input[name=password]', 'abel-tests-only');
  const returning = abel.page.waitForRequest((request) => request.url().startsWith(back));
  await abel.page.keyboard.press('Enter');
  const returned = (await returning).url();
  await isRefused(other, await other.page.goto(returned), 'another sign-in');
  await isOut(other);
  // Nor does a browser that is itself on the way.
  await goesThere(third);
  await isRefused(third, await third.page.goto(returned), 'begin again');
  await isOut(third);
  await abel.page.unroute(`${back}**`);
  for (const one of [abel, other, third]) await one.leave();
}

async function aHostileNameStaysText(visitor) {
  const mallory = await visitor(address, { elsewhere: [issuer] });
  await goesThere(mallory);
  await says(mallory, 'mallory');
  for (const path of ['/', '/account']) {
    await mallory.go(path);
    await mallory.sees('<svg/onload=__hit=1>');
    assert.equal(await mallory.page.locator('svg').count(), 0);
    assert.equal(await mallory.page.evaluate(() => '__hit' in globalThis), false);
  }
  await mallory.leave();
}

/** An access token that the issuer gives a program, made for an audience. */
async function tokenFor(resource) {
  const client = Buffer.from('registry:a-secret-for-tests-only').toString('base64');
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${client}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'registry', ...resource }),
  });
  const { access_token: token } = await answer.json();
  assert.ok(token, `the issuer answers ${answer.status}`);
  return token;
}

async function aProgramAsksWithATokenOfTheIssuer() {
  const token = await tokenFor({ resource: 'https://registry.example/api' });
  const ask = (credential, path, question) => fetch(`${address}${path}`, {
    method: question ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    body: question && JSON.stringify(question),
  });
  const question = { exporter: 'qcontact-ltd', importer: 'qcontact-inc', data_subjects: ['DE'] };
  const answer = await ask(token, '/v1/transfer-checks', question);
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.ok(['allow', 'deny'].includes((await answer.json()).decision));
  // Its role is a checker's, whatever else it asks for.
  assert.equal((await ask(token, '/v1/groups')).status, 403);
  const [head, claims, signature] = token.split('.');
  const said = JSON.parse(Buffer.from(claims, 'base64url'));
  const forged = Buffer.from(JSON.stringify({ ...said, roles: ['admin'] })).toString('base64url');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  for (const wrong of [
    `${head}.${forged}.${signature}`, `${none}.${forged}.`, `${none}.${forged}.${signature}`, `${token}x`,
  ]) {
    assert.equal((await ask(wrong, '/v1/transfer-checks', question)).status, 401, wrong);
  }
}

await walk(async (visitor) => {
  for (const step of [
    somebodyWithARoleGoesInAndOut, aLimitedPersonSeesWhatIsTheirs, whoMayNotComeInIsToldWhy,
    whoTurnsBackIsToldSo, aReturnBelongsToTheBrowserThatWent, aHostileNameStaysText,
    aProgramAsksWithATokenOfTheIssuer,
  ]) {
    await step(visitor);
    console.log(step.name);
  }
});
