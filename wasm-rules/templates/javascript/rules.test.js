import assert from "node:assert/strict";
import { test } from "node:test";

import { matching } from "./rules.js";

const written = { year: 2026, month: 3, day: 2, weekday: 0, minute: 540 };
const intent = (text) => matching.read("{}", [{ text, written }])[0].intent;

test("who asks and who offers", () => {
  assert.equal(intent("Wie kan mijn fiets herstellen?"), "request");
  assert.equal(intent("Ik herstel je fiets."), "offer");
  assert.equal(intent("Zaterdag is het markt."), "notice");
});
