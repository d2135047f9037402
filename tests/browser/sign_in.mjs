// A person with a name and a password: in, around and out, by the keyboard alone, with JavaScript
// and without.
//
// From the environment: ADDRESS, PERSON, ROLE, PASSWORD, PICTURES (a folder, if pictures are wanted).

import assert from 'node:assert/strict';
import { given, walk } from './walk.mjs';

const [address, person, role] = ['ADDRESS', 'PERSON', 'ROLE'].map(given);

/** Types the name and the password where the page asks for them. */
async function typed(visitor, name, password) {
  await visitor.tabTo('#name');
  await visitor.page.keyboard.press('ControlOrMeta+A');
  await visitor.page.keyboard.type(name);
  await visitor.tabTo('#password');
  await visitor.page.keyboard.type(password);
}

async function aWrongPasswordSaysSoAndKeepsTheName(visitor) {
  await visitor.go('/sign-in?to=%2Faccount');
  await typed(visitor, person, 'wrong horse battery staple');
  assert.equal((await visitor.send()).status(), 403);
  const alert = await visitor.text('[role=alert]');
  assert.ok(alert.includes('name or the password is wrong'), alert);
  assert.equal(await visitor.page.locator('#name').inputValue(), person);
  assert.equal(await visitor.page.locator('#password').inputValue(), '');
  assert.equal(await visitor.session(), undefined);
  await visitor.isAccessible();
  await visitor.picture('wrong-password');
}

/** From the page that said no, in; to where the person wanted to go at first. */
async function theRightOneLetsIn(visitor, password) {
  await visitor.tabTo('#password');
  await visitor.page.keyboard.type(password);
  await visitor.enter('/account');
  await visitor.sees(`${person} (${role})`);
  const cookie = await visitor.session();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Lax', '/']);
  assert.equal(await visitor.page.evaluate(() => document.cookie), '', 'no script reads a cookie');
  await visitor.isAccessible();
  await visitor.tabTo('.brand a');
  await visitor.enter('/');
  await visitor.sees(`${person} (${role})`);
  await visitor.isAccessible();
  await visitor.picture('console');
}

async function anotherPasswordEndsOtherSessions(visitor, other, before, after) {
  await other.go('/sign-in');
  await typed(other, person, before);
  await other.enter('/');
  await visitor.tabTo('a[href="/account"]');
  await visitor.enter('/account');
  await visitor.tabTo('#current');
  await visitor.page.keyboard.type(before);
  await visitor.tabTo('#new');
  await visitor.page.keyboard.type(after);
  const secret = (await visitor.session()).value;
  assert.equal((await visitor.send()).status(), 303);
  await visitor.sees(`${person} (${role})`);
  await visitor.picture('account');
  assert.notEqual((await visitor.session()).value, secret, 'with a new session');
  await other.go('/account');
  assert.equal(other.where(), '/sign-in?to=%2Faccount', 'the session elsewhere is over');
}

async function afterSigningOutNothingIsLeft(visitor) {
  await visitor.go('/');
  await visitor.go('/account');
  await visitor.tabTo('form[action="/sign-out"] button');
  await visitor.enter('/sign-in');
  assert.equal(await visitor.session(), undefined);
  // Back over everything that was seen.
  for (let steps = 1; steps <= 3; steps += 1) {
    await visitor.back();
    await visitor.seesNot(`user:${person}`);
    await visitor.seesNot('Sign out');
  }
  await visitor.picture('back-after-signing-out');
  await visitor.go('/account');
  assert.equal(visitor.where(), '/sign-in?to=%2Faccount');
}

async function theOldPasswordIsOver(visitor, before, after) {
  await visitor.go('/sign-in');
  await typed(visitor, person, before);
  assert.equal((await visitor.send()).status(), 403);
  await visitor.sees('name or the password is wrong');
  await visitor.tabTo('#password');
  await visitor.page.keyboard.type(after);
  await visitor.enter('/');
}

await walk(async (visitor) => {
  const first = given('PASSWORD');
  const words = ['another horse battery staple', 'a third horse battery staple'];
  let before = first;
  for (const [round, javaScript] of [true, false].entries()) {
    const after = words[round];
    const [one, other] = [await visitor(address, { javaScript }), await visitor(address, { javaScript })];
    await aWrongPasswordSaysSoAndKeepsTheName(one);
    await theRightOneLetsIn(one, before);
    await anotherPasswordEndsOtherSessions(one, other, before, after);
    await afterSigningOutNothingIsLeft(one);
    await theOldPasswordIsOver(one, before, after);
    await one.leave();
    await other.leave();
    console.log(`in and out ${javaScript ? 'with' : 'without'} JavaScript`);
    before = after;
  }
});
