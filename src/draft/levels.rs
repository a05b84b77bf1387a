//! Lines with the number of their level before a tag, as family trees have them: a line belongs to the last one above
//! it with a lower level.

use indexmap::{IndexMap, IndexSet};
use regex::Regex;

use super::form::{Form, Framing, KeyBy, Kind, Lines, Rest};
use super::lines::Hypothesis;
use super::look::share;
use super::words::Words;

/// How many keys the form may have.
const KEYS: usize = 400;
/// How many levels a key may have: each has all above it in its name.
const DEPTH: usize = 64;
/// Which share of the lines must have a level that is at most one below that of the line above.
const STEPS: f64 = 0.95;

/// The form, if a text has it.
pub(super) fn hypothesis(text: &str, words: &Words, way: usize) -> Option<Hypothesis> {
    let levels = &words.levels;
    let line = Regex::new(&levels.line).ok()?;
    let opens = Regex::new(&levels.opens).ok()?;
    let (mut all, mut steps, mut above) = (0_u64, 0_u64, None);
    // The kinds of records: how often each comes, how often with a name, its keys, its first line.
    let mut kinds: IndexMap<&str, (u64, u64, IndexSet<String>, &str)> = IndexMap::new();
    let mut keys: IndexMap<String, u64> = IndexMap::new();
    let mut path: Vec<(u32, &str)> = Vec::new();
    let mut kind = None;
    for text in text.lines().map(|line| line.trim_end_matches('\r')) {
        if text.trim().is_empty() {
            continue;
        }
        all += 1;
        let Some(found) = line.captures(text) else { continue };
        let (Some(level), Some(tag)) = (found.name("level"), found.name("key")) else { continue };
        let (Ok(level), tag) = (level.as_str().parse::<u32>(), tag.as_str()) else { continue };
        steps += u64::from(above.map_or(level == 0, |above: u32| level <= above.saturating_add(1)));
        above = Some(level);
        if levels.joins.values().any(|join| join == tag) {
            continue;
        }
        while path.pop_if(|(above, _)| *above >= level).is_some() {}
        if level == 0 {
            let named = opens.captures(text).is_some_and(|found| found.name("value").is_some());
            let of = kinds.entry(tag).or_insert((0, 0, IndexSet::new(), text));
            of.0 += 1;
            of.1 += u64::from(named);
            kind = Some(tag);
            continue;
        }
        path.push((level, tag));
        if path.len() > DEPTH {
            continue;
        }
        let key = path.iter().map(|(_, tag)| *tag).collect::<Vec<_>>().join(".");
        if let Some(of) = kind.and_then(|kind| kinds.get_mut(kind)) {
            of.2.insert(key.clone());
        }
        *keys.entry(key).or_default() += 1;
    }
    let records: u64 = kinds.values().map(|of| of.0).sum();
    if share(steps, all) < STEPS || records < 2 || keys.len() < 2 {
        return None;
    }
    // Where records have names, those without one that come once, such as the head of the file, are none.
    let named = kinds.values().any(|of| of.1 > 0);
    let (alone, kinds): (Vec<_>, Vec<_>) =
        kinds.into_iter().partition(|(_, of)| named && of.0 == 1 && of.1 == 0);
    let held: IndexSet<&String> = kinds.iter().flat_map(|(_, of)| &of.2).collect();
    keys.retain(|key, _| held.contains(key));
    if keys.len() > KEYS {
        // The most frequent ones; of those that come as often, the first.
        let mut places: Vec<usize> = (0..keys.len()).collect();
        places.sort_by_key(|place| std::cmp::Reverse(keys[*place]));
        let mut stays = vec![false; keys.len()];
        places.iter().take(KEYS).for_each(|place| stays[*place] = true);
        let mut stays = stays.into_iter();
        keys.retain(|_, _| stays.next() == Some(true));
    }
    let id = "id".to_owned();
    let of_tags = |tags: &str| levels.kind.replace("TAG", tags);
    let skip = alone.first().map(|(_, of)| {
        let tags: Vec<&str> = alone.iter().map(|(tag, _)| *tag).collect();
        (of_tags(&format!("(?:{})", tags.join("|"))), of.3.to_owned())
    });
    let first = kinds.first()?.1.3.to_owned();
    let example = text.lines().find(|text| line.is_match(text) && !opens.is_match(text))?;
    let mut all: Vec<String> = named.then(|| id.clone()).into_iter().collect();
    all.extend(keys.into_keys().filter(|key| *key != id));
    let kinds = kinds.into_iter().map(|(tag, of)| {
        let mut keys = of.2;
        keys.insert(id.clone());
        Kind { tag: tag.to_owned(), line: of_tags(tag), keys }
    });
    let lines = Lines {
        framing: Framing::StartLine(levels.opens.clone(), named.then_some(id.clone()), first),
        key: KeyBy::Groups(
            format!("{}|{}", levels.joined, levels.line),
            example.trim_end_matches('\r').to_owned(),
        ),
        rest: Rest::Levels,
        goes_on: None,
        comments: Vec::new(),
        ignored: Vec::new(),
        end: None,
        skip,
        kinds: kinds.collect(),
    };
    Some(Hypothesis { form: Form::Lines(Box::new(lines)), keys: all, way })
}

#[cfg(test)]
#[expect(clippy::format_collect, reason = "a test makes its own text")]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_keys_that_come_as_often_some_stay() {
        let lines: String = (0..KEYS + 50).map(|n| format!("1 T{n} x\n")).collect();
        let text = format!("0 @1@ A\n{lines}1 LAST x\n0 @2@ A\n1 LAST y\n");
        let found = hypothesis(&text, &Words::new(), 0).unwrap();
        assert_eq!(found.keys.len(), KEYS + 1);
        for key in ["id", "T0", "LAST"] {
            assert!(found.keys.iter().any(|known| known == key), "{key}");
        }
    }

    #[test]
    fn what_lies_very_deep_is_no_key() {
        let deep: String = (1..100_000).map(|n| format!("{n} T x\n")).collect();
        let found = hypothesis(&format!("0 A\n{deep}0 A\n{deep}"), &Words::new(), 0).unwrap();
        let keys = found.keys.iter().filter(|key| *key != "id");
        assert_eq!(keys.map(|key| key.split('.').count()).max(), Some(DEPTH));
    }

    #[test]
    fn the_highest_level_has_one_below() {
        let text = format!("0 A\n1 B x\n{} C y\n{0} C y\n", u32::MAX);
        assert!(hypothesis(&text, &Words::new(), 0).is_none());
    }
}
