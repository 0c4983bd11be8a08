// Lelystad's *buurtconciërges*: food parcels go to the food bank, broken lamps and litter to a department, and when two
// people want the same visitor, the lonely elder goes first.
//
// The contract, with the meaning of every field, is `wasm-rules/wit/v1/rules.wit`. Names with hyphens there are in
// camel case here, and an enum is a string.

import { answer, candidatesOf } from "./columns.js";

// A text counts as about a category when a word in it begins with one of these.
const CATEGORIES = [
  { id: "company", nl: "Gezelschap", en: "Company", words: ["gezelschap", "eenza", "alleen ", "praatje", "kopje koffie", "kletsen", "aanspraak"] },
  { id: "groceries", nl: "Boodschappen", en: "Shopping", words: ["boodschap", "supermarkt", "winkel", "jumbo", "apothe"] },
  { id: "delivery", nl: "Iets bezorgen", en: "Delivering", words: ["bezorg", "ophalen", "wegbrengen", "rondbreng", "voedselpakket"] },
  { id: "odd-jobs", nl: "Klusjes", en: "Odd jobs", words: ["klus", "lamp ophangen", "kraan", "kast in elkaar", "schilder"] },
  { id: "walking", nl: "Samen wandelen", en: "Walking together", words: ["wandel", "ommetje", "blokje om"] },
];
const COMPANY = 0;

const ASKS = ["wie kan", "wie wil", "wie heeft", "wie helpt", "kan iemand", "wil iemand", "is er iemand", "ik zoek", "gezocht", "hulp nodig", "kan zelf niet", "lukt niet meer", "lukt me niet"];
const GIVES = ["ik kan", "ik wil graag", "ik help", "help ik", "kan ik", "ik bied", "aangeboden", "ik breng", "ik kom graag", "ik ga graag", "ik doe graag", "met alle plezier"];
const CLOSED = ["niet meer nodig", "opgelost", "al gevonden", "inmiddels geregeld"];
const ELDERS = ["oudere", "bejaard", "weduw", "mijn man is overleden", "mijn vrouw is overleden"];
const AGED = /(?:ben |van )(?:7[5-9]|[89]\d)(?!\d)|(?<!\d)(?:7[5-9]|[89]\d) jaar/u;
const LONELY = ["eenza", "niemand meer", "zo stil", "nooit iemand", "hele dagen alleen", "mis de aanspraak"];
const CRISES = ["wil niet meer leven", "zelfmoord", "slaat me", "wordt geslagen"];

// What a municipality that sets nothing gets; its own lists replace these.
const PARTNERS = [
  { kind: "food-bank", words: ["voedselpakket", "voedselbank", "geen geld voor eten", "koelkast is leeg", "niets te eten"] },
  { kind: "repair-shop", words: ["kapotte wasmachine", "meterkast", "gaslucht", "stopcontact vonkt"] },
];
const DEPARTMENTS = [
  { words: ["lantaarn", "straatverlichting"] },
  { words: ["zwerfvuil", "gedumpt", "grofvuil op straat", "vervuiling"] },
  { words: ["vernield", "vernieling", "bekrast", "graffiti", "stoeptegel"] },
];

const REFERRALS = ["crisis", "food-bank", "home-care", "social-services", "repair-shop"];
const WHY = { LONELY_ELDER: 0, SAME_HELP: 1, NEAR: 2, KNOWN: 3, OFTEN: 4 };
const REASONS = [
  ["lonely-elder", "Hier is een oudere vaak alleen: gezelschap gaat voor.", "An elder is often alone here: company goes first."],
  ["same-help", "Biedt aan wat gevraagd wordt.", "Offers what is asked for."],
  ["near", "Woont in hetzelfde deel van de wijk.", "Lives in the same part of the neighbourhood."],
  ["known", "Hielp deze buur al {0} keer.", "Has helped this neighbour {0} times."],
  ["often", "Werd in vier weken al {0} keer voorgesteld.", "Was suggested {0} times in four weeks."],
];

const wordList = { type: "array", maxItems: 100, items: { type: "string", minLength: 3, maxLength: 60 } };
const SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    partners: {
      description: "Woorden waarbij een bericht naar een partner gaat; wie dat is, staat bij de gemeente in koppelaar.toml",
      type: "array",
      maxItems: 20,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["kind", "words"],
        properties: { kind: { enum: REFERRALS.slice(1) }, words: wordList },
      },
    },
    departments: {
      description: "Woorden waaraan een melding over de openbare ruimte te herkennen is, per afdeling",
      type: "array",
      maxItems: 20,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["words"],
        properties: { name: { type: "string", maxLength: 100 }, words: wordList },
      },
    },
  },
};

/** The functions of the contract. */
export const matching = {
  describe() {
    const phrases = (nl, en) => [{ language: "nl", text: nl }, { language: "en", text: en }];
    return {
      name: "lelystad",
      version: "1.0.0",
      categories: CATEGORIES.map(({ id, nl, en }) => ({ id, labels: phrases(nl, en), together: false })),
      languages: ["nl"],
      referrals: REFERRALS,
      reasons: REASONS.map(([id, nl, en]) => ({ id, sentences: phrases(nl, en) })),
      settingsSchema: JSON.stringify(SCHEMA),
    };
  },

  read(settings, posts) {
    const { partners = PARTNERS, departments = DEPARTMENTS } = JSON.parse(settings);
    const rules = {
      partners: partners.map(({ kind, words }) => ({ kind: REFERRALS.indexOf(kind), about: finder(words) })),
      report: finder(departments.flatMap(({ words }) => words)),
    };
    return posts.map((post) => readOne(rules, post));
  },

  assess(_settings, questions) {
    const judgeAll = (question) => candidatesOf(question).map((candidate) => judge(question.request, candidate));
    return questions.map((question) => answer(judgeAll(question)));
  },
};

/** A regular expression that finds any of `words`, each from the beginning of a word; none when there are none. */
function finder(words) {
  // Words, not patterns: a clerk may write a bracket.
  const plain = words.map((word) => word.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = plain.length > 0 ? new RegExp(`(?:^|[^\\p{L}\\p{N}])(?:${plain.join("|")})`, "u") : null;
  return (text) => found !== null && found.test(text);
}

const about = CATEGORIES.map(({ words }) => finder(words));
const [asks, gives, isClosed, isElder, isLonely, isCrisis] = [ASKS, GIVES, CLOSED, ELDERS, LONELY, CRISES].map(finder);

function readOne(rules, post) {
  const text = `${post.title ?? ""} ${post.text} `.toLowerCase();
  const named = CATEGORIES.map((_, category) => category).filter((category) => about[category](text));
  const partner = rules.partners.find((partner) => partner.about(text));
  const report = rules.report(text);
  const offers = post.kind === "offer" || post.kind === "lend" || gives(text);
  const requests = post.kind === "question" || asks(text) || (isLonely(text) && !gives(text));
  let intent = "notice";
  if (report) {
    intent = "report";
  } else if (requests && !(offers && post.kind !== "question" && !asks(text))) {
    intent = "request";
  } else if (offers) {
    intent = "offer";
  } else if (partner !== undefined) {
    intent = "request";
  }
  // Who has no food needs no neighbour with a shopping bag, but somebody may have to bring the parcel.
  const categories = partner === undefined ? named : named.filter((category) => CATEGORIES[category].id === "delivery");
  const weighted = categories.map((category) => ({ category, weight: 800 }));
  const lonelyElder = intent === "request" && named.includes(COMPANY) && isLonely(text) && (isElder(text) || AGED.test(text));
  return {
    language: 0,
    intent,
    needs: intent === "request" ? weighted : [],
    gives: intent === "offer" ? weighted : [],
    conditional: false,
    slots: [],
    closed: isClosed(text),
    urgent: intent === "request" && partner !== undefined && REFERRALS[partner.kind] === "food-bank",
    referral: isCrisis(text) ? 0 : intent === "request" ? partner?.kind : undefined,
    // One byte that only this module understands: whether a lonely elder asks.
    features: new Uint8Array([lonelyElder ? 1 : 0]),
  };
}

function judge(request, { offer, load, sameArea, helpedBefore }) {
  const met = request.needs.some((need) => offer.gives.some((give) => give.category === need.category));
  if (!met) {
    return { score: undefined, reasons: [] };
  }
  const lonelyElder = request.features[0] === 1;
  // Where two want one helper, the host seeks the best for all: this gap decides for the elder.
  const base = lonelyElder ? 900 : 600;
  const score = base + (sameArea ? 40 : 0) + Math.min(helpedBefore, 2) * 20 - Math.min(load, 10) * 30;
  const reasons = [{ code: lonelyElder ? WHY.LONELY_ELDER : WHY.SAME_HELP }];
  if (helpedBefore > 0) reasons.push({ code: WHY.KNOWN, first: helpedBefore });
  if (sameArea) reasons.push({ code: WHY.NEAR });
  if (load > 1) reasons.push({ code: WHY.OFTEN, first: load });
  return { score: Math.max(0, score), reasons };
}
