// Plain JavaScript, so plain tests: `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";

import { laidOut } from "./columns.js";
import { matching } from "./rules.js";

const written = { year: 2026, month: 3, day: 2, weekday: 0, minute: 540 };
const read = (text, settings = {}) => matching.read(JSON.stringify(settings), [{ text, written }])[0];
const candidate = (offer, load = 0) => ({ offer, load, sameArea: false, helpedBefore: 0 });
const judge = (request, ...candidates) =>
  matching.assess("{}", [{ request, now: written, ...laidOut(candidates) }])[0];

test("a lonely elder goes first, and only for company", () => {
  const offer = read("Ik kom graag langs voor een praatje of een kopje koffie.");
  const elder = read("Ik ben weduwe en het is hier zo stil. Wie wil eens langskomen voor een praatje?");
  const student = read("Ik zoek iemand voor een kopje koffie en een praatje, nieuw in de wijk.");
  assert.equal(offer.intent, "offer");
  const score = (request) => judge(request, candidate(offer)).verdicts[0].score;
  assert.ok(score(elder) > score(student));
  const shopping = read("Oudere vrouw, hele dagen alleen: wie kan er boodschappen doen bij de supermarkt?");
  assert.equal(shopping.intent, "request");
});

test("each candidate is judged by its own reading, and gets its own reasons", () => {
  const elder = read("Ik ben weduwe en het is hier zo stil. Wie wil eens langskomen voor een praatje?");
  const [visitor, gardener] = ["Ik kom graag langs voor een praatje.", "Ik help graag met een klusje."].map((text) => read(text));
  const { verdicts, reasons } = judge(elder, candidate(gardener), candidate(visitor, 3), candidate(visitor));
  assert.deepEqual(verdicts.map(({ score }) => score), [undefined, 810, 900]);
  assert.deepEqual(verdicts.map(({ reasons }) => reasons), [0, 2, 1]);
  assert.deepEqual(reasons.map(({ code, first }) => [code, first]), [[0, 0], [4, 3], [0, 0]]);
});

test("settings decide which words go to a partner", () => {
  assert.equal(read("Mijn koelkast is leeg.").referral, 1);
  const settings = { partners: [{ kind: "home-care", words: ["steunkous"] }] };
  assert.equal(read("Mijn koelkast is leeg.", settings).referral, undefined);
  assert.equal(read("Wie helpt met mijn steunkousen?", settings).referral, 2);
});

test("a word of the settings is no pattern", () => {
  const settings = { departments: [{ words: ["(kapot) a.b ["] }] };
  assert.equal(read("een (kapot) a.b [ hier", settings).intent, "report");
  assert.equal(read("een (kapot) axb [ hier", settings).intent, "notice");
});
