// The columns of the contract: `rules.wit` says under “Columns” what they are. With these, rules need not think of them.

// What stands in the column of days ahead where a slot has none.
const EVERY_WEEK = 65535;

/** The candidates of `question`, each with a whole reading as its `offer`. */
export function candidatesOf({ candidates, columns }) {
  const weighted = (categories, weights) => Array.from(categories, (category, at) => ({ category, weight: weights[at] }));
  const slots = Array.from(columns.slotWeekdays, (weekday, at) => ({
    weekday,
    fromMinute: columns.slotFromMinutes[at],
    toMinute: columns.slotToMinutes[at],
    daysAhead: columns.slotDaysAhead[at] === EVERY_WEEK ? undefined : columns.slotDaysAhead[at],
  }));
  const next = {
    needs: taker(weighted(columns.needCategories, columns.needWeights)),
    gives: taker(weighted(columns.giveCategories, columns.giveWeights)),
    slots: taker(slots),
    features: taker(columns.features),
  };
  return candidates.map(({ offer, load, sameArea, helpedBefore }) => ({
    offer: {
      ...offer,
      needs: next.needs(offer.needs),
      gives: next.gives(offer.gives),
      slots: next.slots(offer.slots),
      features: next.features(offer.features),
    },
    load,
    sameArea,
    helpedBefore,
  }));
}

/** Takes the next `count` items of a list, each time that it is called. */
function taker(list) {
  let at = 0;
  return (count) => list.slice(at, (at += count));
}

/**
 * The answer to one question, from its verdicts: each `{ score, reasons }`, each reason `{ code }` with what `{0}` and
 * `{1}` in its sentence stand for, if it has them, as `first` and `second`.
 */
export function answer(verdicts) {
  const reason = ({ code, first = 0, second = 0 }) => ({ code, first, second });
  return {
    verdicts: verdicts.map(({ score, reasons }) => ({ score, reasons: reasons.length })),
    reasons: verdicts.flatMap(({ reasons }) => reasons.map(reason)),
  };
}

/** What a question holds of `candidates` that have whole readings, as the host lays them out: for tests. */
export function laidOut(candidates) {
  const outline = ({ needs, gives, slots, features, ...rest }) => ({
    ...rest,
    needs: needs.length,
    gives: gives.length,
    slots: slots.length,
    features: features.length,
  });
  const all = (name) => candidates.flatMap(({ offer }) => [...offer[name]]);
  const [needs, gives, slots] = ["needs", "gives", "slots"].map(all);
  return {
    candidates: candidates.map((candidate) => ({ ...candidate, offer: outline(candidate.offer) })),
    columns: {
      needCategories: Uint16Array.from(needs, ({ category }) => category),
      needWeights: Uint16Array.from(needs, ({ weight }) => weight),
      giveCategories: Uint16Array.from(gives, ({ category }) => category),
      giveWeights: Uint16Array.from(gives, ({ weight }) => weight),
      slotWeekdays: Uint8Array.from(slots, ({ weekday }) => weekday),
      slotFromMinutes: Uint16Array.from(slots, ({ fromMinute }) => fromMinute),
      slotToMinutes: Uint16Array.from(slots, ({ toMinute }) => toMinute),
      slotDaysAhead: Uint16Array.from(slots, ({ daysAhead }) => daysAhead ?? EVERY_WEEK),
      features: Uint8Array.from(all("features")),
    },
    facts: [],
  };
}
