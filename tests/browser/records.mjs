// One record of every kind with the same text wherever the API takes a free one. Which fields those
// are, the API's document says: strings without a form, a list of values, or a meaning that a record
// needs to be one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const document = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'));
const DAY = '2024-01-01';
const NOBODYS = '01900000-0000-7000-8000-000000000000';
const SCHEMAS = document.components.schemas;

/** The values of a closed or growing list. */
const listed = (schema) => schema.enum ?? schema['x-extensible-enum'];

function resolved(schema) {
  return schema.$ref ? SCHEMAS[schema.$ref.split('/').at(-1)] : schema;
}

/** Everything in a schema that is free text, as a value, each made by `text` from its path. */
function filled(schema, path, text) {
  const of = resolved(schema);
  if (of.type === 'string') {
    if (listed(of)) return listed(of)[0];
    return of.format || of.pattern ? undefined : text(path);
  }
  if (of.type === 'array') {
    const item = filled(of.items, `${path}/0`, text);
    return item === undefined || listed(resolved(of.items)) ? undefined : [item];
  }
  if (of.type !== 'object' || !of.properties) return undefined;
  const fields = Object.entries(of.properties).map(([name, field]) => [name, filled(field, `${path}/${name}`, text)]);
  const whole = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  // A part without a free text is not wanted, and seldom whole.
  const free = Object.keys(whole).some((name) => !listed(resolved(of.properties[name])));
  return free ? whole : undefined;
}

const isPart = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a frame says what stands at a path, be it nothing. */
function says(frame, [name, ...deeper]) {
  if (!(name in frame)) return false;
  return !isPart(frame[name]) || (deeper.length > 0 && says(frame[name], deeper));
}

function lay(frame, body) {
  for (const [name, value] of Object.entries(frame)) {
    if (isPart(value) && isPart(body[name])) lay(value, body[name]);
    else body[name] = value;
  }
}

/** What holds the value at a pointer, and under which key. */
function owner(body, pointer) {
  const steps = pointer.split('/').slice(1);
  const last = steps.pop();
  return [steps.reduce((at, step) => at?.[step], body), last];
}

function put(body, pointer, value) {
  const [held, name] = owner(body, pointer);
  held[name] = value;
}

function remove(body, pointer) {
  const [held, name] = owner(body, pointer);
  if (held?.[name] === undefined) return false;
  if (Array.isArray(held)) return remove(body, pointer.slice(0, pointer.lastIndexOf('/')));
  return delete held[name];
}

/** Leaves a field out; the part that cannot be without it, when it has been left out before. */
function leaveOut(body, pointer) {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf('/'))) if (remove(body, at)) return;
  assert.fail(`${pointer} is not in ${JSON.stringify(body)}`);
}

/** A register that is written through its API. */
export class Register {
  constructor(address, token) {
    Object.assign(this, { address, token });
    // By field: the mark under which its text is found again.
    this.marks = new Map();
    this.refused = 0;
    this.written = 0;
    // Fields that take no words at all: codes, hashes, addresses.
    this.wordless = new Set();
  }

  mark(field) {
    if (!this.marks.has(field)) this.marks.set(field, `//f${this.marks.size + 1}.`);
    return this.marks.get(field);
  }

  /** The fields that have taken a text. */
  get fields() {
    return [...this.marks.keys()].filter((field) => !this.wordless.has(field));
  }

  async send(path, body, reason) {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    if (reason) headers['x-change-reason'] = encodeURIComponent(reason);
    const answer = await fetch(this.address + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, json: await answer.json() };
  }

  /** Every item of a list. */
  async every(path) {
    const headers = { authorization: `Bearer ${this.token}` };
    const items = [];
    for (let cursor = ''; cursor !== undefined;) {
      const answer = await fetch(`${this.address}${path}?limit=100${cursor && `&cursor=${cursor}`}`, { headers });
      const page = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(page));
      items.push(...page.items);
      cursor = page.next_cursor;
    }
    return items;
  }

  /**
   * Writes a record: `frame` is what makes it one, the words go wherever else there is room. A field
   * that refuses them is left out, or gets what `instead` says.
   */
  async record(collection, schema, words, frame, instead = {}) {
    const used = new Map();
    const body = filled(SCHEMAS[schema], '', (path) => {
      const field = `${schema}${path}`;
      if (this.wordless.has(field) || says(frame, path.split('/').slice(1))) return undefined;
      used.set(path, field);
      return words + this.mark(field);
    });
    lay(frame, body);
    for (const [name, value] of Object.entries(instead)) body[name] ??= value;
    let reason = words;
    const harmless = !/[^a-z ]/.test(words);
    for (let tries = 0; tries < 8; tries += 1) {
      const { status, json } = await this.send(collection, body, reason);
      if (status === 201) {
        this.written += 1;
        return json;
      }
      assert.equal(status, 422, `${collection}: ${JSON.stringify(json)}\n${JSON.stringify(body)}`);
      const wrong = new Set(json.violations.map(({ pointer }) => pointer));
      if (wrong.delete('/x-change-reason')) {
        this.refused += 1;
        reason = undefined;
      }
      for (const pointer of wrong) {
        const field = used.get(pointer);
        const part = [...used.keys()].some((path) => path.startsWith(`${pointer}/`));
        assert.ok(field || part, `${collection} ${pointer}: ${JSON.stringify(json.violations)}\n${JSON.stringify(body)}`);
        if (field && !harmless) {
          // Other words are taken there, so that the record is shown as its plain twin is.
          put(body, pointer, 'refused words');
          this.refused += 1;
          continue;
        }
        if (field) this.wordless.add(field);
        leaveOut(body, pointer);
        const [, name, deeper] = pointer.split('/');
        if (deeper === undefined && name in instead) body[name] = instead[name];
        else if (SCHEMAS[schema].required.includes(name)) body[name] ??= 'refused words';
      }
    }
    return assert.fail(`${collection}: refused again and again: ${JSON.stringify(body)}`);
  }

  /** Somebody and something that may do what others may, whose pages are looked at. */
  async makesPeople() {
    for (const [collection, own] of [['/v1/users', 'user'], ['/v1/tokens', 'token_id']]) {
      const { status, json } = await this.send(collection, { name: 'plain', role: 'reader' });
      assert.equal(status, 201, JSON.stringify(json));
      this[own] = json.id;
    }
  }

  /** One of everything, as `slug` and with the words; gives the ids by collection. */
  async one(slug, words, territory) {
    if (!this.user) await this.makesPeople();
    const record = (...what) => this.record(...what);
    const company = `${slug}-company`;
    const supplier = `${slug}-supplier`;
    const group = await record('/v1/groups', 'NewGroup', words, { slug });
    const firm = await record('/v1/organisations', 'NewOrganisation', words,
      { slug: company, kind: 'group_company', group: slug, seat: 'DE' });
    const other = await record('/v1/organisations', 'NewOrganisation', words,
      { slug: supplier, kind: 'third_party', seat: territory });
    const certification = await record(`/v1/organisations/${other.id}/certifications`, 'NewCertification', words,
      { framework: 'eu-us-dpf', valid_from: DAY, evidence: { day: DAY, sha256: '0'.repeat(64) } });
    const decision = await record('/v1/adequacy-decisions', 'NewAdequacyDecision', words,
      { id: `eu-${slug}`, regime: 'eu', territory, valid_from: DAY, confidence: 'sourced',
        conditions: [], amended_by: [], organisation: undefined, ending_act: undefined, ended_by: undefined,
        end_kind: undefined, fedlex: undefined, uk: undefined, instrument: undefined },
      { celex: '32099D0001' });
    const activity = await record('/v1/processing-activities', 'NewProcessingActivity', words,
      { group: slug, purpose: 'customer_support' });
    const mechanism = await record('/v1/mechanisms', 'NewMechanism', words,
      { tool: 'scc-2021-914', module: 2, group: slug, signed_on: DAY, parties: [
        { organisation: company, side: 'exporter', acceded_on: DAY },
        { organisation: supplier, side: 'importer', acceded_on: DAY },
      ] });
    const assessment = await record('/v1/impact-assessments', 'NewImpactAssessment', words,
      { mechanism: mechanism.id, destination: territory, conclusion: 'favourable', concluded_on: DAY });
    const locations = [{ place: territory, activity: 'storage' }];
    const engagement = { group: slug, organisation: supplier, exporter_role: 'controller', importer_role: 'processor', locations };
    const now = await record('/v1/subprocessors', 'NewSubprocessor', words,
      { ...engagement, effective_from: DAY, record_existing: true });
    const flow = await record('/v1/flows', 'NewFlow', words,
      { group: slug, exporter: company, importer: supplier, valid_from: DAY, data_subjects: ['DE'], locations });
    const publication = await record(`/v1/groups/${group.id}/publications`, 'NewPublication', words, { after: 0 });
    const check = await this.send('/v1/transfer-checks', { exporter: company, importer: supplier, data_subjects: ['DE'] });
    assert.equal(check.status, 200, JSON.stringify(check.json));
    return {
      publications: publication.id, publishing: group.id, checks: check.json.id, law: decision.id,
      amendments: decision.amendments[0], assessments: assessment.id, activities: activity.id,
      users: this.user, tokens: this.token_id, ledger: '1', 'as-of': DAY,
      // What there is none of is refused by its id, whoever asks.
      proposals: NOBODYS, differences: NOBODYS,
      groups: group.id, organisations: other.id, companies: firm.id, certifications: certification.id,
      'adequacy-decisions': decision.id, 'processing-activities': activity.id, mechanisms: mechanism.id,
      'impact-assessments': assessment.id, subprocessors: now.id, flows: flow.id,
    };
  }
}
