//! Which theme is broader than which: a forest with several ways up, and no circles.

use std::collections::HashMap;

use super::warnings::Warnings;
use crate::theming::{Theme, ThemeId};

/// For each theme those right below it, as indices. What would close a circle is taken out of the themes, and so are
/// broader themes that do not exist.
pub(super) fn narrower(
    themes: &mut [Theme],
    by_id: &HashMap<String, usize>,
    warnings: &mut Warnings,
) -> Vec<Vec<usize>> {
    let above: Vec<Vec<usize>> = themes
        .iter()
        .map(|theme| theme.broader.iter().filter_map(|id| by_id.get(id.as_str()).copied()).collect())
        .collect();
    let circles = circles(&above);
    let mut narrower = vec![Vec::new(); themes.len()];
    for (at, above) in above.iter().enumerate() {
        let mut kept: Vec<ThemeId> = Vec::new();
        for &broader in above {
            if circles.contains(&(at, broader)) {
                let (uri, other) = (&themes[at].uri, &themes[broader].uri);
                warnings
                    .push(format!("<{uri}>: that <{other}> is broader closes a circle, and is passed over"));
            } else {
                narrower[broader].push(at);
                kept.push(themes[broader].id.clone());
            }
        }
        if kept.len() < themes[at].broader.len() {
            themes[at].broader = kept;
        }
    }
    narrower
}

/// The steps up that lead back to where a walk came from. The walk is the same for the same themes.
fn circles(above: &[Vec<usize>]) -> std::collections::HashSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; above.len()];
    let mut circles = std::collections::HashSet::new();
    for start in 0..above.len() {
        if states[start] != State::New {
            continue;
        }
        states[start] = State::Open;
        let mut way = vec![(start, 0)];
        while let Some((at, next)) = way.last_mut() {
            let at = *at;
            let Some(&broader) = above[at].get(*next) else {
                states[at] = State::Done;
                way.pop();
                continue;
            };
            *next += 1;
            match states[broader] {
                State::New => {
                    states[broader] = State::Open;
                    way.push((broader, 0));
                }
                State::Open => {
                    circles.insert((at, broader));
                }
                State::Done => {}
            }
        }
    }
    circles
}
