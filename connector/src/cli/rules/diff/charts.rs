//! Charts of the page: inline SVG without scripts. Each says its figures in its label or stands beside them in a table.
//! The old rules are hatched and the new ones solid, so that nobody has to tell colours apart.

use maud::{Markup, html};

use super::compare::{LOAD_COLUMNS, Load};

/// The width of a chart, in its own units.
const WIDTH: usize = 600;
/// The height of the columns of load.
const HEIGHT: usize = 180;

/// The pattern of the old rules, for every chart of the page.
pub(super) fn patterns() -> Markup {
    html! {
        svg.patterns width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern #hatch width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch-ground width="6" height="6" {}
                    rect.hatch-line width="2.5" height="6" {}
                }
            }
        }
    }
}

/// Parts of a whole in one bar. Each part has the class that colours it, its name and its number.
pub(super) fn whole(label: &str, parts: &[(&str, String, usize)]) -> Markup {
    let all: usize = parts.iter().map(|(.., count)| count).sum();
    let mut from = 0;
    let mut place = |count: usize| {
        let (start, end) = (from * WIDTH / all.max(1), (from + count) * WIDTH / all.max(1));
        from += count;
        (start, end.saturating_sub(start))
    };
    html! {
        svg.whole viewBox={ "0 0 " (WIDTH) " 36" } role="img" aria-label=(label) preserveAspectRatio="none" {
            @for (class, _, count) in parts {
                @let (x, width) = place(*count);
                rect class=(class) x=(x) y="0" width=(width) height="36" {}
            }
        }
        ul.legend {
            @for (class, name, count) in parts {
                li {
                    svg.key viewBox="0 0 16 16" aria-hidden="true" { rect class=(class) width="16" height="16" rx="3" {} }
                    b { (count) }
                    " " (name)
                }
            }
        }
    }
}

/// Two shares, in percents, one bar above the other; the figures stand beside it.
pub(super) fn shares([old, new]: [usize; 2]) -> Markup {
    html! {
        svg.shares viewBox="0 0 100 22" aria-hidden="true" preserveAspectRatio="none" {
            rect.ground x="0" y="0" width="100" height="22" {}
            rect.old x="0" y="2" width=(old.min(100)) height="8" {}
            rect.new x="0" y="12" width=(new.min(100)) height="8" {}
        }
    }
}

/// Which bar is which.
pub(super) fn key(old: &str, new: &str) -> Markup {
    html! {
        ul.legend {
            @for (class, name) in [("old", old), ("new", new)] {
                li {
                    svg.key viewBox="0 0 16 16" aria-hidden="true" { rect class=(class) width="16" height="16" rx="3" {} }
                    (name)
                }
            }
        }
    }
}

/// How many helpers have how many tasks, in columns; `names` are those of the columns.
pub(super) fn columns(label: &str, loads: &[Load; 2], names: &[String; LOAD_COLUMNS]) -> Markup {
    let most = loads.iter().flat_map(|load| load.helpers).max().unwrap_or_default().max(1);
    let step = WIDTH / LOAD_COLUMNS;
    let bar = step * 3 / 10;
    let height = |count: usize| count * (HEIGHT - 50) / most;
    let base = HEIGHT - 24;
    html! {
        svg.columns viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
            line.axis x1="0" y1=(base) x2=(WIDTH) y2=(base) {}
            @for (column, name) in names.iter().enumerate() {
                @let middle = column * step + step / 2;
                @for (side, class) in ["old", "new"].into_iter().enumerate() {
                    @let count = loads[side].helpers[column];
                    @let x = if side == 0 { middle - bar - 2 } else { middle + 2 };
                    rect class=(class) x=(x) y=(base - height(count)) width=(bar) height=(height(count)) {}
                    text x=(x + bar / 2) y=(base - height(count) - 6) text-anchor="middle" { (count) }
                }
                text x=(middle) y=(HEIGHT - 6) text-anchor="middle" { (name) }
            }
        }
    }
}
