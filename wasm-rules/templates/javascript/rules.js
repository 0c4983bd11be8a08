// The rules of @NAME@. `wit/v1/rules.wit` explains every field; names with hyphens there are in camel case here.

import { answer, candidatesOf } from "./columns.js";

// Indices into the lists of the manifest.
const BIKE_REPAIR = 0;
const LIKES_BICYCLES = 0;

const both = (nl, en) => [{ language: "nl", text: nl }, { language: "en", text: en }];
const nothing = { needs: [], gives: [], conditional: false, slots: [], closed: false, urgent: false, features: new Uint8Array() };

export const matching = {
  describe: () => ({
    name: "@NAME@",
    version: "0.1.0",
    categories: [{ id: "bike-repair", labels: both("Fiets herstellen", "Bicycle repair"), together: false }],
    languages: ["nl"],
    referrals: ["crisis"],
    reasons: [{ id: "likes-bicycles", sentences: both("Herstelt graag fietsen.", "Likes to repair bicycles.") }],
    settingsSchema: JSON.stringify({ type: "object", additionalProperties: false }),
  }),

  read: (_settings, posts) => posts.map(readOne),

  assess: (_settings, questions) =>
    questions.map((question) => answer(candidatesOf(question).map((candidate) => judge(question.request, candidate)))),
};

function readOne(post) {
  const text = post.text.toLowerCase();
  const repair = [{ category: BIKE_REPAIR, weight: 1000 }];
  if (text.includes("fiets") && text.includes("wie kan")) {
    return { ...nothing, language: 0, intent: "request", needs: repair };
  }
  if (text.includes("fiets") && text.includes("ik herstel")) {
    return { ...nothing, language: 0, intent: "offer", gives: repair };
  }
  return { ...nothing, language: 0, intent: "notice" };
}

function judge(_request, candidate) {
  // Who was asked often lately comes later.
  const score = Math.max(0, 800 - 30 * candidate.load);
  return { score, reasons: [{ code: LIKES_BICYCLES }] };
}
