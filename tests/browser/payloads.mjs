// Hostile texts in every free text of the register and in every address, and every page rendered
// with them: they stay text.
//
// From the environment: ADDRESS, TOKEN (an admin's, which also signs in as `bootstrap`), PATHS (the
// paths of all pages, as JSON), MOST (how many payloads; all of them when nothing is said), PICTURES
// (a folder, if pictures are wanted).

import assert from 'node:assert/strict';
import { HARMLESS, PAYLOADS as ALL } from './hostile.mjs';
import { Register } from './records.mjs';
import { given, walk } from './walk.mjs';

const [address, token] = ['ADDRESS', 'TOKEN'].map(given);
const paths = JSON.parse(given('PATHS'));
const PAYLOADS = ALL.slice(0, Number(process.env.MOST ?? ALL.length));
/** So many tabs of one person load pages at once. */
const TABS = 6;
/** So many records are written at once. */
const PENS = 4;
/** So many payloads stand in one address. */
const CROWD = 5;
/** Shapes that words without harm have, which can ask for different pages; the first one most often. */
const WORDS = [HARMLESS, 'plain', '/plain', 'plain/words', 'plain\u0000words', 'plain\u202ewords', 'plain\\words'];
/** Without an adequacy decision that could answer for them, and all different. */
const TERRITORIES = ('AF AL AM AO AZ BA BD BF BI BJ BN BO BT BW BY BZ CF CG CI CL CM CN CO CR CU DO DZ EC EG ER ET FJ GA GE '
  + 'GH GM GN GT HN HT ID IN IQ JM JO KE KH KZ LA LB LK MA MD MG ML MN MW MX MY MZ NA NE NG NI NP OM PA PE PG PH PK').split(' ');

/** What a page is made of: each element where it stands, and what of its attributes could do harm. */
function made() {
  const addresses = ['href', 'src', 'action', 'formaction', 'srcset', 'data', 'poster', 'xlink:href', 'background', 'ping'];
  const whole = ['style', 'srcdoc', 'http-equiv', 'rel', 'type', 'name', 'target', 'method', 'content'];
  const found = new Set();
  for (const element of document.querySelectorAll('*')) {
    const way = [];
    for (let at = element; at; at = at.parentElement) way.unshift(at.localName);
    const attributes = [...element.attributes].map(({ name, value }) => {
      if (addresses.includes(name)) {
        const url = URL.parse(value, document.baseURI);
        return `${name}=${url === null || url.origin === location.origin ? url?.protocol : url.origin}`;
      }
      return whole.includes(name) || name.startsWith('on') ? `${name}=${value}` : name;
    });
    found.add(`${way.join('>')}[${attributes.sort().join(' ')}]${element.shadowRoot ? ' with a shadow' : ''}`);
  }
  return {
    shape: [...found].sort(),
    text: document.documentElement.textContent,
    hit: '__hit' in globalThis,
    frames: globalThis.length,
  };
}

/** The element at the end of the way to it. */
const element = (line) => line.slice(line.slice(0, line.indexOf('[')).lastIndexOf('>') + 1);

/** Whether a page shows all that there is of something, so that it grows with the register. */
const grows = (kind) => /^somebody (.*\/sign-in|on to a path)/.test(kind) || / \/(console\/[^{ ]*)?( |$)/.test(kind) || /\/console\/(groups|organisations|publishing)\//.test(kind);

/** Of the pages that are one person's, each is asked with every so many of the texts. */
const EVERY = process.env.TEST_LONG ? 1 : 8;
const isSampled = (path, at) => !path.startsWith('/console/') || (paths.indexOf(path) + at) % EVERY === 0;

/** One page as it is shown. */
async function seen(visitor, page, path) {
  const answer = await visitor.go(path, page);
  return looked(visitor, page, answer, path);
}

async function looked(visitor, page, answer, path) {
  const type = (answer.headers()['content-type'] ?? '').split(';')[0];
  const { shape, text, hit, frames } = await page.evaluate(made);
  if (hit) visitor.fault(`a script of the payload ran on ${path}`);
  if (frames) visitor.fault(`${frames} frames on ${path}`);
  const at = new URL(answer.url()).pathname;
  const landed = answer.request().redirectedFrom() ? `at ${paths.includes(at) ? at : 'another path'}` : '';
  if (page.url().split('#')[0] !== answer.url().split('#')[0]) visitor.fault(`${path} went on to ${page.url()}`);
  return { key: `${answer.status()} ${type} ${landed}`, shape, text };
}

/** What each page is made of when nobody means any harm, by what it is and who looks. */
class Plain {
  constructor() {
    this.shapes = new Map();
  }

  learn(kind, { key, shape }) {
    if (!this.shapes.has(kind)) this.shapes.set(kind, new Map());
    const known = this.shapes.get(kind);
    if (!known.has(key)) known.set(key, shape.join('\n'));
  }

  /** Whether what is asked with words is answered by who asks. */
  depends(kind) {
    const [nobody, somebody] = ['nobody', 'somebody'].map((who) => JSON.stringify([...this.shapes.get(`${who} ${kind}`)].sort()));
    return nobody !== somebody;
  }

  knows(kind, { key }) {
    return this.shapes.get(kind).has(key);
  }

  /** Every element that any page is made of, wherever it stands. */
  get elements() {
    const lines = [...this.shapes.values()].flatMap((known) => [...known.values()].flatMap((shape) => shape.split('\n')));
    return new Set(lines.map(element));
  }

  /** Says how a page differs; `undefined`: not at all. */
  differs(kind, { key, shape }) {
    const known = this.shapes.get(kind)?.get(key);
    if (known === undefined) return `answered ${key}, and never to plain words`;
    if (grows(kind)) {
      // With more on it, such a page has other parts; each of them is a part of some page.
      const { elements } = this;
      const more = shape.map(element).filter((one) => !elements.has(one));
      return more.length ? `has more: ${more.join(', ')}` : undefined;
    }
    const was = new Set(known.split('\n'));
    const is = new Set(shape);
    const more = shape.filter((line) => !was.has(line));
    const less = [...was].filter((line) => !is.has(line));
    return more.length + less.length ? `has more: ${more.join(', ')}; has less: ${less.join(', ')}` : undefined;
  }
}

/** Does everything on a list, as many at a time as there are hands. */
async function each(hands, list, act) {
  const left = [...list];
  await Promise.all(hands.map(async (hand) => {
    while (left.length) await act(hand, left.shift());
  }));
}

/** A path with its parameters: the group's slug, and of its records the ids. */
function concrete(path, slug, ids, codes) {
  return path.replace(/([^/]*)\/\{(\w+)\}/g, (_, before, name) => {
    const value = { group: slug, code: codes[before], subprocessor: `${slug}-supplier` }[name] ?? ids[before];
    assert.ok(value, `nothing to fill {${name}} of ${path} with: say in this program what it is`);
    return `${before}/${value}`;
  });
}

/** The addresses in which words stand, each with what it is. */
function addressesWith(words, slug, ids) {
  const text = encodeURIComponent(words);
  const query = `as_of=${text}&known_at=${text}&to=${text}&${text}=${text}`;
  const made = [['an unknown path', `/${text}`], ['on to a path', `/sign-in?to=%2F${text}`]];
  for (const path of paths) {
    if (path.includes('{')) made.push([`words in ${path}`, path.replace(/\{\w+\}/g, text)]);
    if (!isFile(path)) made.push([`words asked of ${path}`, `${concrete(path, slug, ids, CODES)}?${query}`]);
  }
  return made;
}

/**
 * Payloads one after the other as one text, because an address can carry many: whichever breaks out,
 * the page is another one. Those that could be part of a path of this site are not mixed with others.
 */
function crowds() {
  const found = [];
  for (const graphic of [true, false]) {
    const alike = PAYLOADS.filter((words) => /^[\x21-\x5b\x5d-\x7e]+$/.test(words) === graphic);
    for (let at = 0; at < alike.length; at += CROWD) found.push(alike.slice(at, at + CROWD).join(''));
  }
  return found;
}

/** Files that are the same for everybody; a question about them changes nothing. */
const isFile = (path) => path.startsWith('/static/') || path === '/openapi.json';
const CODES = { reasons: 'no_mechanism', problems: 'not_found' };

async function signIn(visitor) {
  await visitor.go('/sign-in');
  await visitor.page.fill('#name', 'bootstrap');
  await visitor.page.fill('#password', token);
  assert.equal((await visitor.send()).status(), 303);
}

/** A name that nobody has stands on the page that says so. */
async function refusedAs(visitor, page, name) {
  await visitor.go('/sign-in', page);
  await page.fill('#name', name);
  await page.fill('#password', 'wrong horse battery staple');
  const sent = await page.inputValue('#name');
  const answer = await visitor.send(page);
  const shown = await looked(visitor, page, answer, `the sign-in as ${name}`);
  return { ...shown, sent, kept: await page.inputValue('#name') };
}

await walk(async (visitor) => {
  const register = new Register(address, token);
  const plain = new Plain();
  const people = [];
  for (const who of ['nobody', 'somebody']) {
    const person = await visitor(address);
    if (who === 'somebody') await signIn(person);
    const pages = [person.page];
    while (pages.length < TABS) pages.push(await person.open());
    people.push({ who, person, pages });
  }
  assert.ok(PAYLOADS.length < TERRITORIES.length, 'a territory for each');
  const slug = 'plain';
  const ids = await register.one(slug, HARMLESS, TERRITORIES[0]);
  const groups = (await register.every('/v1/groups')).map((group) => group.slug);
  let loads = 0;

  // As everything is without a payload.
  const ofGroups = (whose, made) => paths.flatMap((path) => {
    const all = path.includes('{group}') ? whose : [slug];
    return all.map((group) => [path, group, concrete(path, group, made(group), CODES)]);
  });
  const common = ofGroups(groups, () => ids);
  for (const { who, person, pages } of people) {
    await each(pages, common, async (page, [path, group, at]) => {
      plain.learn(`${who} ${path} ${group}`, await seen(person, page, at));
    });
    await each(pages, addressesWith(HARMLESS, slug, ids), async (page, [kind, at]) => {
      plain.learn(`${who} ${kind}`, await seen(person, page, at));
    });
  }
  const [nobody] = people;
  plain.learn('refused', await refusedAs(nobody.person, nobody.person.page, HARMLESS));
  for (const { person } of people) person.untroubled();

  // The payloads come.
  const hostile = [];
  await each([...Array(PENS).keys()], PAYLOADS.entries(), async (pen, [at, words]) => {
    const hers = `hostile-${at + 1}`;
    hostile.push({ slug: hers, words, ids: await register.one(hers, words, TERRITORIES[at + 1]) });
    for (const [collection, name] of [['/v1/users', 'user'], ['/v1/tokens', 'token']]) {
      const { status } = await register.send(collection, { name: words, role: 'reader' });
      assert.ok([201, 422].includes(status), `${name} “${words}”: ${status}`);
      if (status === 422) register.refused += 1;
      else register.written += 1;
    }
  });

  const shown = new Map();
  const pagesSeen = new Set();
  const compare = (kind, path, page, person) => {
    loads += 1;
    pagesSeen.add(path);
    const difference = plain.differs(kind, page);
    if (difference) person.fault(`${path} ${difference}`);
  };
  for (const { who, person, pages } of people) {
    await each(pages, common, async (page, [path, group, at]) => {
      compare(`${who} ${path} ${group}`, at, await seen(person, page, at), person);
    });
    const theirs = hostile.flatMap((one) => ofGroups([one.slug], () => one.ids).map((found) => [one, ...found]));
    const isTheirs = (path) => (path.startsWith('/console/') ? who === 'somebody' : who === 'nobody' || !path.endsWith('.json'));
    const wanted = theirs.filter(([one, path]) => /\{(?!code)/.test(path) && isTheirs(path) && isSampled(path, hostile.indexOf(one)));
    await each(pages, wanted, async (page, [one, path, , at]) => {
      const found = await seen(person, page, at);
      compare(`${who} ${path} ${slug}`, at, found, person);
      for (const [field, mark] of register.marks) {
        if (found.text.includes(one.words + mark)) shown.set(field, (shown.get(field) ?? new Set()).add(one.slug));
      }
    });
    const isAsked = (kind, at) => isSampled(kind.slice(kind.indexOf('/')), at);
    const asked = crowds().flatMap((words, at) => addressesWith(words, slug, ids).filter(([kind]) => isAsked(kind, at)))
      // What nobody and somebody are shown alike has been looked at once.
      .filter(([kind]) => who === 'nobody' || plain.depends(kind));
    await each(pages, asked, async (page, [kind, at]) => {
      const found = await seen(person, page, at);
      // Words without harm can be answered in the same way, if they are like these.
      for (const words of WORDS) {
        if (plain.knows(`${who} ${kind}`, found)) break;
        const [, alike] = addressesWith(words, slug, ids).find(([same]) => same === kind);
        plain.learn(`${who} ${kind}`, await seen(person, page, alike));
      }
      compare(`${who} ${kind}`, at, found, person);
    });
  }
  await each(nobody.pages, crowds(), async (page, words) => {
    const found = await refusedAs(nobody.person, page, words);
    compare('refused', `the sign-in as ${words}`, found, nobody.person);
    // HTML has no U+0000.
    if (found.kept !== found.sent.replace(/\u0000/g, '\ufffd')) {
      nobody.person.fault(`“${found.sent}” was typed, and “${found.kept}” is kept`);
    }
  });
  for (const { who, person } of people) {
    await person.go('/');
    await person.picture(who);
    await person.go('/hostile-1/subprocessors');
    await person.picture(`${who}-list`);
    await person.leave();
  }

  // A page that shows none of it proves nothing.
  const names = shown.get('NewGroup/name') ?? new Set();
  assert.ok(names.size > PAYLOADS.length * 0.8, `only ${names.size} groups were shown under their names`);
  assert.ok(shown.size >= 10, `only these fields were shown: ${[...shown.keys()].join(', ')}`);
  console.log(`shown as text: ${[...shown.keys()].sort().join(', ')}`);
  console.log(`${register.written} records written, ${register.refused} texts refused, ${loads} pages compared`);
  console.log(`${PAYLOADS.length} payloads, ${register.fields.length} fields, ${pagesSeen.size} pages`);
});
