//! Which type the values of a key have: a ladder, most specific first.
//!
//! A type needs 199 of 200 values. What would lose something stays text: leading zeros, more digits than an integer
//! has, codes of one width. What can be read in two ways stays text too, with a word on it.

use rustc_hash::FxHashMap;

use super::amounts::Amounts;
use super::json::{Member, Scalar, Shape};
use super::look::share;
use super::parts::{entity_in, has_inner, parts};
use super::toml::{literal, string};
use super::values::{Held, Values};
use super::words::{Dated, Marks, Words};
use crate::data::JsonKind;
use crate::grammar::{
    DatePlan, DatetimePlan, ListSyntax, Notation, TimePlan, parse_json_number, parse_list,
    parse_number, parse_tuples,
};
use crate::types::is_url;

/// A type with its options.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Text,
    /// What means true, what means false.
    Boolean(Vec<String>, Vec<String>),
    Integer(Option<(char, String)>),
    Float(Option<(char, String)>),
    Date(String),
    /// A format, and a zone that must be named.
    Datetime(String, Option<String>),
    Time(String),
    Url,
    Enum(Vec<String>),
    /// A pattern for what stands between items, and the type of items.
    Split(String, Box<Type>),
    /// Elements of an array, or a literal in a syntax.
    Elements(Option<&'static str>, Box<Type>),
    Objects(Vec<(String, String, Type)>),
    /// Tuples of Python, by how many members they have.
    Tuples(Vec<usize>),
    /// A quantity of the schema `std`, and the marks of its numbers, if they are others than it has.
    Quantity(String, Option<(char, String)>),
    Json,
}

/// What the members of a tuple of so many are called.
pub(super) fn members_of(arity: usize) -> Vec<String> {
    (1..=arity).map(|n| format!("member_{n}")).collect()
}

/// A type, and what is to be said about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rung {
    pub(super) kind: Type,
    pub(super) notes: Vec<String>,
    pub(super) sentinels: Vec<String>,
}

impl Type {
    /// The word of the language for it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean(..) => "boolean",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Date(_) => "date",
            Self::Datetime(..) => "datetime",
            Self::Time(_) => "time",
            Self::Url => "url",
            Self::Enum(_) => "enum",
            Self::Split(..) | Self::Elements(..) => "list",
            Self::Objects(_) => "objects",
            Self::Tuples(_) => "tuple-list",
            Self::Quantity(..) => "quantity",
            Self::Json => "json",
        }
    }

    /// The type where it may have one column alone.
    fn of_item(self) -> Self {
        match self {
            Self::Quantity(..) => Self::Text,
            other => other,
        }
    }

    /// Whether its values make a table of their own.
    pub(super) fn has_rows(&self) -> bool {
        matches!(self, Self::Split(..) | Self::Elements(..) | Self::Objects(_) | Self::Tuples(_))
    }

    /// The options beside `type`, each as `name = value`.
    pub(super) fn options(&self) -> Vec<String> {
        let array =
            |texts: &[String]| texts.iter().map(|text| string(text)).collect::<Vec<_>>().join(", ");
        let formats = |format: &String| {
            if format.is_empty() {
                Vec::new()
            } else {
                vec![format!("formats = [{}]", string(format))]
            }
        };
        let item = |item: &Type| {
            if *item == Self::Text {
                return Vec::new();
            }
            let told: Vec<_> = std::iter::once(format!("type = \"{}\"", item.word()))
                .chain(item.options())
                .collect();
            vec![format!("items = {{ {} }}", told.join(", "))]
        };
        match self {
            Self::Text | Self::Url | Self::Json | Self::Objects(_) => Vec::new(),
            Self::Boolean(yes, no) if yes.is_empty() && no.is_empty() => Vec::new(),
            Self::Boolean(yes, no) => {
                vec![format!("true = [{}]", array(yes)), format!("false = [{}]", array(no))]
            }
            Self::Integer(marks) | Self::Float(marks) => {
                marks.iter().map(|(decimal, group)| number_option(*decimal, group)).collect()
            }
            Self::Date(format) | Self::Time(format) => formats(format),
            Self::Datetime(format, zone) => {
                let mut told = formats(format);
                told.extend(zone.iter().map(|zone| format!("zone = {}", string(zone))));
                told
            }
            Self::Enum(values) => vec![format!("values = [{}]", array(values))],
            Self::Quantity(name, marks) => {
                let mut told = vec![format!("quantity = {}", string(name))];
                told.extend(marks.iter().map(|(decimal, group)| number_option(*decimal, group)));
                told
            }
            Self::Tuples(arities) => {
                let of = |arity: &usize| format!("{arity} = [{}]", array(&members_of(*arity)));
                let members: Vec<_> = arities.iter().map(of).collect();
                vec![format!("members = {{ {} }}", members.join(", "))]
            }
            Self::Split(separator, kind) => {
                let mut told = vec![format!("separator = {}", literal(separator))];
                told.extend(item(kind));
                told
            }
            Self::Elements(syntax, kind) => {
                let mut told: Vec<_> =
                    syntax.iter().map(|syntax| format!("syntax = \"{syntax}\"")).collect();
                told.extend(item(kind));
                told
            }
        }
    }
}

/// How a schema says with which marks numbers are written.
pub(super) fn number_option(decimal: char, group: &str) -> String {
    let mut told = Vec::new();
    if decimal != '.' {
        told.push(format!("decimal = {}", string(&decimal.to_string())));
    }
    if !group.is_empty() {
        told.push(format!("group = {}", string(group)));
    }
    format!("number = {{ {} }}", told.join(", "))
}

/// How many different texts of a key are tried before a look at all of them, which takes its time: if most of these are
/// not of a type, the others are not looked at.
pub(super) const FEW: usize = 40;

/// How many figures, all in groups of three digits, are codes rather than numbers.
const CODES: usize = 8;

/// How many different values tell that all are amounts of a quantity.
const AMOUNTS: usize = 3;

/// Of values with two parts or more, one in so many has a third at least where a comma, a slash or a blank parts items.
const THIRD: u64 = 10;

/// How many parts that come again tell that each has a place of its own.
const PLACED: usize = 3;

/// How many times as many values must be of a type as are none of it, so that it is worth a word.
const MOST: u64 = 4;

/// A key that comes again in one of so many records at most is no list: it is damage there.
const SELDOM: u64 = 50;

/// How values are looked at.
pub(super) struct Ladder<'w> {
    words: &'w Words,
    dates: Vec<(&'w Dated, DatePlan)>,
    short_dates: Vec<(&'w Dated, DatePlan)>,
    calendar: Option<regex::Regex>,
    decade: Option<regex::Regex>,
    datetimes: Vec<(&'w Dated, DatetimePlan)>,
    times: Vec<(&'w Dated, TimePlan)>,
    amounts: Amounts<'w>,
}

/// What is known of a key beside its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'a> {
    pub(super) shape: &'a Shape,
    /// Whether values say themselves what they are, as in JSON.
    pub(super) json: bool,
    /// Whether every value of the dump was seen.
    pub(super) whole: bool,
}

impl<'w> Ladder<'w> {
    pub(super) fn new(words: &'w Words) -> Self {
        let written = |dated: &Dated| {
            Vec::from_iter((!dated.format.is_empty()).then(|| dated.format.clone()))
        };
        let dates = |of: &'w [Dated]| {
            of.iter().filter_map(|d| Some((d, DatePlan::new(&written(d)).ok()?))).collect()
        };
        Self {
            words,
            dates: dates(&words.dates),
            short_dates: dates(&words.short_dates),
            calendar: regex::Regex::new(&words.calendar).ok(),
            decade: regex::Regex::new(&words.decade).ok(),
            datetimes: words
                .datetimes
                .iter()
                .filter_map(|d| {
                    Some((d, DatetimePlan::new(&written(d), d.zone.as_deref(), None).ok()?))
                })
                .collect(),
            times: words
                .times
                .iter()
                .filter_map(|d| Some((d, TimePlan::new(&written(d)).ok()?)))
                .collect(),
            amounts: Amounts::new(&words.quantities, &words.numbers),
        }
    }

    /// What the columns of a quantity have behind the name of its field.
    pub(super) fn columns_of(&self, quantity: &str) -> impl Iterator<Item = &str> {
        self.amounts.columns(quantity)
    }

    /// The type of the values of a key, and what is said of it.
    pub(super) fn climb(&self, values: &Values, about: About<'_>) -> Rung {
        let mut rung = self.rung(values, about);
        if matches!(rung.kind, Type::Text | Type::Split(..)) {
            let entity = values.distinct.keys().find_map(|text| entity_in(text));
            rung.notes.extend(
                entity.map(|entity| format!("`{entity}` is of HTML: decode = [\"html\"]?")),
            );
        }
        if let Type::Split(pattern, _) = &rung.kind {
            rung.notes.extend(self.cut_items(values, pattern));
        }
        rung
    }

    /// What is said of a list whose separator also stands inside of items, where a run cuts them.
    fn cut_items(&self, values: &Values, pattern: &str) -> Option<String> {
        let of = self.words.separators.iter().find(|of| of.pattern == pattern)?;
        // A reference of HTML is told as that.
        let is_cut = |text: &&String| has_inner(text, of.sign) && entity_in(text).is_none();
        let short = crate::text::short(values.distinct.keys().find(is_cut)?);
        Some(format!("`{}` stands inside of items, too, which are cut there: `{short}`", of.sign))
    }

    /// The type of the values of a key.
    fn rung(&self, values: &Values, about: About<'_>) -> Rung {
        match about.shape {
            Shape::Mixed(_) => {
                return Rung { kind: Type::Json, notes: Vec::new(), sentinels: Vec::new() };
            }
            Shape::Objects(members) => return self.objects(members),
            Shape::List => {
                let item = self.scalar(values, About { whole: false, ..about });
                let kind = Type::Elements(None, Box::new(item.kind.of_item()));
                return Rung { kind, notes: item.notes, sentinels: Vec::new() };
            }
            Shape::Scalar => {}
        }
        if values.repeated > 0 && values.repeated * SELDOM <= values.records {
            let mut rung = self.scalar_or_list(values, about);
            rung.notes.push(format!(
                "{} of {} records have it more than once, which is reported: repeated = \"list\"?",
                values.repeated, values.records
            ));
            return rung;
        }
        if values.repeated > 0 {
            let mut item = self.scalar(values, About { whole: false, ..about });
            let split = match self.separator(values) {
                Some(pattern) => format!("{pattern}|\\n"),
                None => "\\n".to_owned(),
            };
            item.kind = if split.len() > 2 { Type::Text } else { item.kind.of_item() };
            item.notes.push(format!(
                "{} of {} records have it more than once",
                values.repeated, values.records
            ));
            return Rung { kind: Type::Split(split, Box::new(item.kind)), ..item };
        }
        self.scalar_or_list(values, about)
    }

    fn scalar_or_list(&self, values: &Values, about: About<'_>) -> Rung {
        let rung = self.scalar(values, About { whole: false, ..about });
        if rung.kind != Type::Text || !rung.notes.is_empty() {
            return rung;
        }
        if let Some(arities) = tuples(values).filter(|_| !about.json) {
            let mut notes = rung.notes;
            notes.push("what are its members called?".to_owned());
            return Rung { kind: Type::Tuples(arities), notes, sentinels: rung.sentinels };
        }
        if values.held(|text| text.starts_with('[') && text.ends_with(']')).holds() && !about.json {
            for (word, syntax) in [("json", ListSyntax::Json), ("python", ListSyntax::Python)] {
                if values.held(|text| is_literal(text, syntax)).holds() {
                    return Rung { kind: Type::Elements(Some(word), Box::new(Type::Text)), ..rung };
                }
            }
        }
        if let Some(pattern) = self.separator(values) {
            let (cleaned, sentinels) = self.without_sentinels(values);
            let item = self.items(&cleaned, &pattern);
            return Rung {
                kind: Type::Split(pattern, Box::new(item)),
                notes: rung.notes,
                sentinels,
            };
        }
        self.scalar(values, about)
    }

    /// The type of the items of a list: an integer, or text.
    fn items(&self, values: &Values, pattern: &str) -> Type {
        let Some(sign) = self.words.separators.iter().find(|sign| sign.pattern == pattern) else {
            return Type::Text;
        };
        let mut items = Values::default();
        for (value, (count, _)) in &values.distinct {
            for item in value.split(sign.sign) {
                for _ in 0..*count.min(&3) {
                    items.add(item, None, 0);
                }
            }
        }
        match self.number(&items, &mut Vec::new()) {
            Some(kind @ Type::Integer(None)) => kind,
            _ => Type::Text,
        }
    }

    /// The type of one text.
    fn scalar(&self, values: &Values, about: About<'_>) -> Rung {
        let mut notes = Vec::new();
        let text = |notes, sentinels| Rung { kind: Type::Text, notes, sentinels };
        if values.count == 0 {
            return text(vec!["no value was seen".to_owned()], Vec::new());
        }
        let all = values;
        let (values, sentinels) = self.without_sentinels(all);
        let values = &values;
        if values.count == 0 {
            return text(notes, Vec::new());
        }
        let rung = |kind, notes| Rung { kind, notes, sentinels: sentinels.clone() };
        if about.json {
            if values.booleans > 0 {
                let of_words = values.held(|text| matches!(text, "true" | "false"));
                if values.booleans * 200 >= values.count * 199 {
                    notes.extend(others(&of_words));
                    return rung(Type::Boolean(Vec::new(), Vec::new()), notes);
                }
                let no = values.count - values.booleans;
                if values.booleans >= no * MOST
                    && let Some(others) = others(&of_words)
                {
                    notes.push(format!("type = \"boolean\"? {others}"));
                    return text(notes, sentinels);
                }
            }
            if values.numbers > 0 && values.numbers * 200 >= values.count * 199 {
                let plain = Notation::default();
                let is_integer = |text: &str| {
                    !text.contains(['.', 'e', 'E'])
                        && parse_number(text, &plain).is_ok_and(|n| n.to_i64().is_ok())
                };
                // One that is no number at all is told, and takes nothing from the others.
                let is_number = |text: &str| parse_json_number(text).is_ok();
                let whole = values.held(|text| !is_number(text) || is_integer(text)).no == 0;
                let mut figures = values.distinct.keys().filter(|text| is_number(text));
                if !whole && let Some(long) = figures.find(|text| !is_kept(text)) {
                    notes.push(more_digits(long));
                    return text(notes, sentinels);
                }
                notes.extend(others(&values.held(is_number)));
                let integers = values.held(is_integer);
                if !whole && integers.holds() {
                    notes.extend(
                        others(&integers).map(|others| format!("type = \"integer\"? {others}")),
                    );
                }
                return rung(if whole { Type::Integer(None) } else { Type::Float(None) }, notes);
            }
        }
        if let Some(kind) = self.boolean(values) {
            return rung(kind, notes);
        }
        if let Some(kind) = self.number(values, &mut notes) {
            if about.json && values.strings > 0 {
                notes.push(format!("strings that could be read as type = \"{}\"", kind.word()));
                return text(notes, sentinels);
            }
            return rung(kind, notes);
        }
        if !notes.is_empty() {
            return text(notes, sentinels);
        }
        if let Some(kind) = self.moment(values, &mut notes) {
            return rung(kind, notes);
        }
        if !notes.is_empty() {
            return text(notes, sentinels);
        }
        if let Some((name, marks)) = self.amounts.of(values) {
            let decimal = marks.map_or('.', |marks| marks.decimal);
            let marks = marks.map(|marks| (marks.decimal, marks.group.clone()));
            let kind = Type::Quantity(name.to_owned(), marks);
            let of_calendar = |text: &&String| {
                self.calendar.as_ref().is_some_and(|calendar| calendar.is_match(text))
            };
            // A month of the year would be thirty days.
            if name == "period"
                && let Some(month) = values.distinct.keys().find(of_calendar)
            {
                notes.push(format!(
                    "`{month}` may be of the calendar: text, or a time of so many days? then type = \"quantity\", {}, with uses = [\"std\"]",
                    kind.options().join(", ")
                ));
                return text(notes, sentinels);
            }
            if name == "duration"
                && let Some(decade) = self.decade(values)
            {
                notes.push(format!(
                    "`{decade}` may be ten years: text, or a time of so many seconds?"
                ));
                return text(notes, sentinels);
            }
            if values.distinct.len() >= AMOUNTS {
                notes.extend(either_mark_of_amounts(values, decimal));
                return rung(kind, notes);
            }
            // So few values do not tell.
            let options = kind.options().join(", ");
            notes.push(format!("type = \"quantity\", {options}, with uses = [\"std\"]?"));
        }
        if values.held(|text| self.is_one_url(text)).holds() {
            return rung(Type::Url, notes);
        }
        let of = sentinels.clone();
        // Among words such a word may be one of them.
        let (values, sentinels) = self.sentinels_of_words(all, values, of, &mut notes);
        let values = &values;
        let again = |kind, notes| Rung { kind, notes, sentinels: sentinels.clone() };
        // What most of the values are is worth more than that they are few.
        notes.extend(self.nearly(values));
        if let Some(kind) = enumeration(values) {
            if about.whole {
                return again(kind, notes);
            }
            if self.separator(values).is_none()
                && let Type::Enum(words) = &kind
            {
                notes.extend(self.maybe_boolean(values));
                notes.push(format!(
                    "{} different values were seen: type = \"enum\", {}?",
                    words.len(),
                    kind.options().join("")
                ));
                return again(
                    Type::Text,
                    if about.shape == &Shape::List { Vec::new() } else { notes },
                );
            }
        }
        notes.extend(self.maybe_boolean(values));
        // A text that now and then says "n/a" says so.
        again(Type::Text, notes)
    }

    /// The first value, if all are written as decades are, `1970s`.
    fn decade<'v>(&self, values: &'v Values) -> Option<&'v str> {
        let decade = self.decade.as_ref()?;
        let first = values.distinct.keys().next()?;
        values.held(|text| decade.is_match(text)).holds().then_some(first)
    }

    /// What is said of a text of which most values are something else.
    fn nearly(&self, values: &Values) -> Option<String> {
        let most = |held: &Held<'_>| held.yes >= 3 && held.yes >= held.no * MOST && held.no > 0;
        let plain = Notation::default();
        let is_number = |text: &str| ascii_figure(text, ".") && parse_number(text, &plain).is_ok();
        let is_power = |text: &str| {
            ascii_figure(text, ".eE+-")
                && text.contains(['e', 'E'])
                && parse_number(text, &plain).is_ok()
        };
        let all = values.held(|text| is_number(text) || is_power(text));
        if let Some(power) = values.distinct.keys().find(|text| is_power(text))
            && all.yes >= 3
            && all.yes >= all.no * MOST
        {
            let others = others(&all).map_or_else(String::new, |others| format!("; {others}"));
            return Some(format!(
                "exponents, such as in `{power}`: a code, or type = \"float\"?{others}"
            ));
        }
        let held = values.held(is_number);
        if most(&held) {
            let figures: Vec<&String> =
                values.distinct.keys().filter(|text| is_number(text)).collect();
            let whole = figures.iter().all(|text| !text.contains('.'));
            let number = if whole { "integer" } else { "float" };
            let others = others(&held)?;
            // What keeps numbers from being some does so beside a word, too.
            return Some(match loses(&figures, whole) {
                Some(why) => format!("{why}; {others}"),
                None => format!("type = \"{number}\"? {others}"),
            });
        }
        self.nearly_marked(values, most)
            .or_else(|| self.nearly_dates(values))
            .or_else(|| self.nearly_moments(values, most))
            .or_else(|| self.nearly_amounts(values))
    }

    /// The same of points in time.
    fn nearly_moments(&self, values: &Values, most: impl Fn(&Held<'_>) -> bool) -> Option<String> {
        let found = self.moments(values, most);
        let (dated, held) = found.first()?;
        let is_other =
            |other: &&(&Dated, Held<'_>)| other.0.order.is_some() && other.0.order == dated.order;
        if found.iter().skip(1).any(|other| is_other(&other)) || self.separator(values).is_some() {
            return None;
        }
        let options = Type::Datetime(dated.format.clone(), dated.zone.clone()).options();
        let told: Vec<String> =
            std::iter::once("type = \"datetime\"".to_owned()).chain(options).collect();
        Some(format!("{}? {}", told.join(", "), others(held)?))
    }

    /// The ways to write points in time that enough values are written in.
    fn moments<'v>(
        &self,
        values: &'v Values,
        enough: impl Fn(&Held<'v>) -> bool,
    ) -> Vec<(&Dated, Held<'v>)> {
        // Most texts are none, and the first few tell.
        let few: Vec<&String> = values.distinct.keys().take(FEW).collect();
        let mut found = Vec::new();
        for (dated, plan) in &self.datetimes {
            let reads = |text: &str| {
                text.len() <= 48
                    && (dated.zone.is_none() || has_offset(text))
                    && plan.read(text).is_ok()
            };
            if few.iter().filter(|text| reads(text)).count() * 2 < few.len() {
                continue;
            }
            let held = values.held(reads);
            if enough(&held) {
                found.push((*dated, held));
            }
        }
        found
    }

    /// The same of amounts of a quantity.
    fn nearly_amounts(&self, values: &Values) -> Option<String> {
        let mut amounts = values.clone();
        amounts.distinct.retain(|text, _| Amounts::looks(text));
        let held = values.held(Amounts::looks);
        if amounts.distinct.len() < AMOUNTS || held.no == 0 || held.yes < held.no * MOST {
            return None;
        }
        let (name, marks) = self.amounts.of(&amounts)?;
        // Of a month of the year more is to be said than that others are none, and what parts items parts amounts.
        let of_calendar =
            |text: &String| self.calendar.as_ref().is_some_and(|calendar| calendar.is_match(text));
        if name == "period" && amounts.distinct.keys().any(of_calendar)
            || self.separator(values).is_some()
        {
            return None;
        }
        let marks = marks.map(|marks| (marks.decimal, marks.group.clone()));
        let options = Type::Quantity(name.to_owned(), marks).options().join(", ");
        let others = others(&held)?;
        Some(format!("type = \"quantity\", {options}, with uses = [\"std\"]? {others}"))
    }

    /// The same of numbers with other marks. What parts items parts no groups.
    fn nearly_marked(&self, values: &Values, most: impl Fn(&Held<'_>) -> bool) -> Option<String> {
        let mut found: Vec<(&Marks, Held<'_>)> = Vec::new();
        for marks in &self.words.numbers {
            let held = values.held(reader(marks));
            if most(&held) {
                found.push((marks, held));
            }
        }
        let best = found.iter().map(|(_, held)| held.yes).max()?;
        found.retain(|(_, held)| held.yes == best);
        let (marks, held) = found.first()?;
        if self.separator(values).is_some() {
            return None;
        }
        let others = others(held)?;
        if found.iter().any(|(other, _)| other.decimal != marks.decimal) {
            return Some(format!("{}; {others}", either_mark(values)));
        }
        let reads = reader(marks);
        let figures: Vec<&String> = values.distinct.keys().filter(|text| reads(text)).collect();
        let whole = figures.iter().all(|text| !text.contains(marks.decimal));
        if let Some(why) = loses_marks(&figures, marks) {
            return Some(format!("{why}; {others}"));
        }
        let number = if whole { "integer" } else { "float" };
        let option = number_option(marks.decimal, &marks.group);
        Some(format!("type = \"{number}\", {option}? {others}"))
    }

    /// The same of dates, of which half are enough: hardly anything else looks as they do. They may have two formats.
    fn nearly_dates(&self, values: &Values) -> Option<String> {
        // Most texts are no dates, and the first few tell.
        let few: Vec<&String> = values.distinct.keys().take(20).collect();
        let mut formats: Vec<(&Dated, &DatePlan)> = Vec::new();
        let mut known = 0;
        for (dated, plan) in &self.dates {
            let reads = |text: &str| text.len() <= 40 && plan.read(text).is_ok();
            if few.iter().filter(|text| reads(text)).count() * 10 < few.len() {
                continue;
            }
            // Of two orders of day and month either is as good where both read the same.
            let order = |other: &&(&Dated, &DatePlan)| {
                dated.order.is_some() && other.0.order == dated.order
            };
            if formats.iter().any(|other| order(&other)) {
                return None;
            }
            let any = |text: &str| {
                reads(text) || formats.iter().any(|(_, other)| other.read(text).is_ok())
            };
            let held = values.held(any);
            if held.yes > known && values.held(reads).yes * 10 >= values.count {
                known = held.yes;
                formats.push((dated, plan));
            }
        }
        let held = values.held(|text| {
            text.len() <= 40 && formats.iter().any(|(_, plan)| plan.read(text).is_ok())
        });
        if held.yes < 3 || held.yes < held.no || formats.len() < 2 && held.no == 0 {
            return self.nearly_short(values);
        }
        // Dates that stand beside others in a list are none alone.
        if self.separator(values).is_some() {
            return None;
        }
        let formats: Vec<_> = formats.iter().map(|(dated, _)| string(&dated.format)).collect();
        let others = others(&held).map_or_else(String::new, |others| format!(" {others}"));
        Some(format!("type = \"date\", formats = [{}]?{others}", formats.join(", ")))
    }

    /// The same of dates whose year has two digits.
    fn nearly_short(&self, values: &Values) -> Option<String> {
        let first = values.distinct.keys().next()?;
        let read = self.short_dates.iter().filter_map(|(dated, plan)| {
            let held = values.held(|text| text.len() == 8 && plan.read(text).is_ok());
            (held.yes >= 3 && held.holds()).then(|| string(&dated.format))
        });
        let read: Vec<String> = read.collect();
        (!read.is_empty()).then(|| {
            format!(
                "two digits of a year, such as `{first}`, tell no century: type = \"date\", formats = [{}]?",
                read.join("], or [")
            )
        })
    }

    /// The values without those that stand for "no data", and these.
    fn without_sentinels(&self, values: &Values) -> (Values, Vec<String>) {
        // Beside the word for its contrary a word means no, as `无` beside `有`.
        let pairs = self.words.booleans.iter().chain(&self.words.maybe_booleans);
        let pairs = pairs.filter(|[yes, _]| values.distinct.keys().any(|text| is_same(text, yes)));
        let noes: Vec<&String> = pairs.map(|[_, no]| no).collect();
        // Beside a plus a minus is one: strands, signs of charges, results of tests.
        let is_plus = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte == b'+');
        let has_plus = values.distinct.keys().any(is_plus);
        let is_minus = |text: &str| text.bytes().all(|byte| byte == b'-');
        let is_sentinel = |text: &str| {
            !(has_plus && is_minus(text))
                && self.words.sentinels.iter().any(|word| is_same(word, text))
                && !noes.iter().any(|no| is_same(no, text))
        };
        let mut rest = values.clone();
        let mut sentinels = Vec::new();
        // Where nothing else is said, or hardly anything, the word is the value.
        let held = values.held(is_sentinel);
        if held.yes > 0 && held.yes < values.count && values.distinct.len() > 2 {
            rest.distinct.retain(|text, _| {
                let found = is_sentinel(text);
                if found {
                    sentinels.push(text.clone());
                }
                !found
            });
            rest.count = rest.count.saturating_sub(held.yes);
        }
        (rest, sentinels)
    }

    /// The same where values are words: `NA` among codes of two letters is one of them, and of `None` or `unknown`
    /// a note says what it may be.
    fn sentinels_of_words(
        &self,
        all: &Values,
        rest: &Values,
        sentinels: Vec<String>,
        notes: &mut Vec<String>,
    ) -> (Values, Vec<String>) {
        let is_code = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        let codes = rest.distinct.len() > 1 && rest.held(is_code).holds();
        let is_capital = |text: &str| {
            text.contains(char::is_uppercase)
                && text.chars().all(|c| c.is_uppercase() || c.is_whitespace())
        };
        let capitals = rest.distinct.len() > 1 && rest.held(is_capital).holds();
        let is_word = |text: &str| {
            self.words.doubtful.iter().any(|word| is_same(word, text))
                && (capitals || !self.words.written.iter().any(|word| word == text))
        };
        let (words, sentinels): (Vec<String>, Vec<String>) =
            sentinels.into_iter().partition(|text| is_word(text) || codes && is_code(text));
        if words.is_empty() || self.separator(rest).is_some() {
            return (rest.clone(), sentinels.into_iter().chain(words).collect());
        }
        let doubtful: Vec<_> = words
            .iter()
            .filter(|text| is_word(text) && !(codes && is_code(text)))
            .map(|text| string(text))
            .collect();
        if !doubtful.is_empty() {
            notes.push(format!("a value, or none? then sentinels = [{}]", doubtful.join(", ")));
        }
        let mut values = all.clone();
        values.distinct.retain(|text, _| !sentinels.contains(text));
        let left_out = all.held(|text| sentinels.iter().any(|other| other == text)).yes;
        values.count = values.count.saturating_sub(left_out);
        (values, sentinels)
    }

    fn boolean(&self, values: &Values) -> Option<Type> {
        boolean_of(values, &self.words.booleans)
    }

    /// What is asked of two words that may mean true and false.
    fn maybe_boolean(&self, values: &Values) -> Option<String> {
        let kind = boolean_of(values, &self.words.maybe_booleans)?;
        Some(format!("type = \"boolean\", {}?", kind.options().join(", ")))
    }

    /// Whether a text is a URL, and no list of several. One without `//` is mostly a name such as `GO:0001`.
    fn is_one_url(&self, text: &str) -> bool {
        let is_url = |text: &str| text.contains("://") && is_url(text);
        let begins_another =
            |sign: char| sign != '/' && text.split(sign).skip(1).any(|part| is_url(part.trim()));
        is_url(text) && !self.words.separators.iter().any(|of| begins_another(of.sign))
    }

    /// A number, or nothing with a note that tells why it stays text.
    fn number(&self, values: &Values, notes: &mut Vec<String>) -> Option<Type> {
        if !values.distinct.keys().next()?.bytes().any(|byte| byte.is_ascii_digit())
            && values.distinct.len() < 3
        {
            return None;
        }
        let plain = Notation::default();
        let is_number = |text: &str| ascii_figure(text, ".") && parse_number(text, &plain).is_ok();
        let held = values.held(is_number);
        let is_plain = held.holds();
        let whole = is_plain && values.held(|text| !is_number(text) || !text.contains('.')).no == 0;
        let found = if whole { Vec::new() } else { self.marks(values) };
        // A point before three digits may part groups: then marks with another decimal sign read as many.
        if is_plain && found.iter().all(|marks| marks.decimal == '.') {
            let figures = || values.distinct.keys().filter(|text| is_number(text));
            if let Some(why) = loses(&figures().collect::<Vec<_>>(), whole) {
                notes.push(why);
                return None;
            }
            if !whole {
                notes.extend(others(&held));
                let decimals =
                    |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                let scale = figures().map(|text| decimals(text)).max().unwrap_or_default();
                if figures().all(|text| decimals(text) == scale) {
                    notes.push(format!(
                        "all have {scale} decimals: type = \"decimal\", scale = {scale}?"
                    ));
                } else if let Some(version) = loses_zero(&figures().collect::<Vec<_>>()) {
                    notes.push(format!(
                        "the last zero of `{version}` goes: a number, or a version, which is text?"
                    ));
                }
                return Some(Type::Float(None));
            }
            notes.extend(others(&held));
            return Some(Type::Integer(None));
        }
        let Some(&marks) = found.first() else {
            notes.extend(of_india(values));
            return None;
        };
        if found.iter().any(|other| other.decimal != marks.decimal) {
            notes.push(either_mark(values));
            return None;
        }
        let reads = reader(marks);
        let figures: Vec<&String> = values.distinct.keys().filter(|text| reads(text)).collect();
        let whole = figures.iter().all(|text| !text.contains(marks.decimal));
        if let Some(why) = loses_marks(&figures, marks) {
            notes.push(why);
            return None;
        }
        let said = Some((marks.decimal, marks.group.clone()));
        Some(if whole { Type::Integer(said) } else { Type::Float(said) })
    }

    /// The marks with which values are numbers, those that read the most: one value such as `0.5` tells what a thousand
    /// such as `1.234` do not.
    fn marks(&self, values: &Values) -> Vec<&Marks> {
        let read = self.words.numbers.iter().filter_map(|marks| {
            let held = values.held(reader(marks));
            held.holds().then_some((marks, held.yes))
        });
        let read: Vec<_> = read.collect();
        let most = read.iter().map(|(_, yes)| *yes).max();
        read.into_iter().filter(|(_, yes)| Some(*yes) == most).map(|(marks, _)| marks).collect()
    }

    /// A date, a time of day, or both.
    fn moment(&self, values: &Values, notes: &mut Vec<String>) -> Option<Type> {
        let first = values.distinct.keys().next()?;
        // Most texts are no dates, and the first few tell.
        let few: Vec<&String> = values.distinct.keys().take(FEW).collect();
        if !few.iter().any(|text| text.bytes().any(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let mut pick = |found: Vec<(&Dated, Held<'_>)>, make: fn(&Dated) -> Type| -> Option<Type> {
            let (dated, held) = found.first()?;
            if found
                .iter()
                .skip(1)
                .any(|(other, _)| other.order.is_some() && other.order == dated.order)
            {
                notes.push(format!("dates such as `{first}` may have the day or the month first: say it with `formats`"));
                return None;
            }
            notes.extend(others(held));
            Some(make(dated))
        };
        let mut dates = Vec::new();
        for (dated, plan) in &self.dates {
            let compact = !dated.format.contains(|c: char| !c.is_ascii_alphanumeric() && c != '%');
            if compact && values.count < 5 {
                continue;
            }
            let reads = |text: &str| text.len() <= 40 && plan.read(text).is_ok();
            if few.iter().filter(|text| reads(text)).count() * 2 < few.len() {
                continue;
            }
            let held = values.held(reads);
            if held.holds() {
                dates.push((*dated, held));
            }
        }
        if !dates.is_empty() {
            return pick(dates, |dated| Type::Date(dated.format.clone()));
        }
        let datetimes = self.moments(values, Held::holds);
        if !datetimes.is_empty() {
            return pick(datetimes, |dated| {
                Type::Datetime(dated.format.clone(), dated.zone.clone())
            });
        }
        let mut times = Vec::new();
        for (dated, plan) in &self.times {
            let reads = |text: &str| text.len() <= 16 && plan.read(text).is_ok();
            let held = values.held(reads);
            if held.holds() {
                let mut figures = values.distinct.keys().filter(|text| reads(text));
                if let Some(ratio) = figures.find(|text| !is_clock(text)) {
                    notes.push(format!(
                        "one digit behind a colon, such as `{ratio}`: a ratio, or type = \"time\"?"
                    ));
                    return None;
                }
                // Of clocks some hour has two digits.
                let mut figures = values.distinct.keys().filter(|text| reads(text));
                if figures.all(|text| text.find(':') == Some(1)) {
                    notes.push(format!(
                        "no hour has two digits, such as `{first}`: how long something is, or type = \"time\"?"
                    ));
                    return None;
                }
                times.push((*dated, held));
            }
        }
        pick(times, |dated| Type::Time(dated.format.clone()))
    }

    /// What stands between the items of a list, as a pattern.
    fn separator(&self, values: &Values) -> Option<String> {
        let sentence = |text: &str| text.ends_with(|c| self.words.sentence.contains(c));
        if values.held(sentence).yes * 20 > values.count {
            return None;
        }
        self.words.separators.iter().find_map(|separator| {
            let sign = separator.sign;
            if sign == '/' && values.held(is_path).yes * 20 > values.count {
                return None;
            }
            if sign == ',' && is_of_figures(values) {
                return None;
            }
            let blank = sign == ' ';
            let is_weak = blank || ",，/".contains(sign);
            let (mut several, mut many, mut items, mut words) = (0, 0, 0_u64, 0_u64);
            let mut counts: Vec<usize> = Vec::new();
            for (value, (count, _)) in &values.distinct {
                let parts = parts(value, sign);
                several += u64::from(parts.len() > 1) * count;
                many += u64::from(parts.len() > 2) * count;
                if !counts.contains(&parts.len()) && counts.len() < 3 {
                    counts.push(parts.len());
                }
                for part in &parts {
                    items += count;
                    words += count
                        * (part.split_whitespace().count().max(part.chars().count() / 12)) as u64;
                    if part.chars().count() > 60 {
                        return None;
                    }
                    // Words of a language without blanks are parted by a blank on purpose.
                    if blank
                        && (!part.contains(is_written_without_blanks)
                            || part.contains(|c| self.words.clause.contains(c)))
                    {
                        return None;
                    }
                    if sign == '/' && part.bytes().all(|byte| byte.is_ascii_digit()) {
                        return None;
                    }
                }
            }
            let often = share(several, values.count) >= if is_weak { 0.3 } else { 0.1 };
            // One `King, Martin, III` makes no lists of many `Bell, Ann`.
            let is_habit = many > 0 && (!is_weak || many * THIRD >= several);
            let varied = counts.len() > 1 || values.distinct.len() == 1;
            let short = words <= items * separator.words as u64;
            let is_list = often && is_habit && varied && short;
            (is_list && !(sign == ',' && has_places(values))).then(|| separator.pattern.clone())
        })
    }

    fn objects(&self, members: &[Member]) -> Rung {
        let mut made: Vec<(String, String, Type)> = Vec::new();
        for member in members {
            let kind = match &member.shape {
                Shape::Objects(inner) => self.objects(inner).kind,
                Shape::Mixed(_) | Shape::List => Type::Json,
                Shape::Scalar => {
                    let mut values = Values::default();
                    for (text, scalar) in &member.values {
                        let json = match scalar {
                            Scalar::String => JsonKind::String,
                            Scalar::Number => JsonKind::Number,
                            Scalar::Boolean => JsonKind::Boolean,
                        };
                        values.add(text, Some(json), 0);
                    }
                    self.scalar(&values, About { shape: &Shape::Scalar, json: true, whole: false })
                        .kind
                        .of_item()
                }
            };
            let taken: Vec<&str> = made.iter().map(|(name, ..)| name.as_str()).collect();
            made.push((
                super::names::field(&member.path, false, &taken),
                member.path.clone(),
                kind,
            ));
        }
        Rung { kind: Type::Objects(made), notes: Vec::new(), sentinels: Vec::new() }
    }
}

/// Whether two words are one, however their letters of ASCII are written.
fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// A boolean, if the values are the two words of one pair alone.
fn boolean_of(values: &Values, pairs: &[[String; 2]]) -> Option<Type> {
    if values.distinct.len() > 8 {
        return None;
    }
    pairs.iter().find_map(|[yes, no]| {
        let of = |word: &String| -> Vec<String> {
            values.distinct.keys().filter(|text| is_same(text, word)).cloned().collect()
        };
        let (yes, no) = (of(yes), of(no));
        (!yes.is_empty() && !no.is_empty() && yes.len() + no.len() == values.distinct.len())
            .then_some(Type::Boolean(yes, no))
    })
}

/// How many members the tuples of values have, if that is what they are. One tuple alone is a list.
fn tuples(values: &Values) -> Option<Vec<usize>> {
    if !values.held(|text| text.starts_with(['[', '('])).holds() {
        return None;
    }
    let mut arities: Vec<usize> = Vec::new();
    let (mut all, mut several, mut bad) = (0_u64, 0_u64, 0_u64);
    for text in values.distinct.keys() {
        let (mut count, mut sound) = (0, true);
        parse_tuples(text, &mut Vec::new(), |tuple, members| {
            match tuple {
                Ok(_) if (2..=MEMBERS).contains(&members.len()) => {
                    count += 1;
                    if !arities.contains(&members.len()) {
                        arities.push(members.len());
                    }
                }
                _ => sound = false,
            }
            false
        });
        all += 1;
        several += u64::from(count > 1);
        bad += u64::from(!sound);
    }
    arities.sort_unstable();
    let many = several * 5 >= all && bad * 200 <= all;
    (many && !arities.is_empty() && arities.len() <= ARITIES).then_some(arities)
}

/// How many members a tuple may have, and how many numbers of them there may be.
const MEMBERS: usize = 12;
const ARITIES: usize = 4;

/// Whether a text is made of digits and signs of a number alone.
fn ascii_figure(text: &str, signs: &str) -> bool {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    body.starts_with(|c: char| c.is_ascii_digit())
        && body.chars().all(|c| c.is_ascii_digit() || signs.contains(c))
}

/// Whether a number of 64 bits with a point keeps all digits of a figure.
fn is_kept(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0').trim_end_matches('0');
    if digits.is_empty() {
        return true;
    }
    // No such number has more digits that mean something, and nobody writes so many.
    if digits.len() > 40 {
        return false;
    }
    let Ok(number) = text.parse::<f64>() else { return true };
    let written = format!("{:.*e}", digits.len() - 1, number.abs());
    let kept = written.split('e').next().unwrap_or_default();
    number.is_finite() && kept.bytes().filter(u8::is_ascii_digit).eq(digits.bytes())
}

/// How many digits a figure has.
fn digits(text: &str) -> usize {
    text.trim_start_matches(['-', '+']).bytes().filter(u8::is_ascii_digit).count()
}

/// What figures would lose if they were numbers.
fn loses(figures: &[&String], whole: bool) -> Option<String> {
    if let Some(zero) = figures.iter().find(|text| {
        let text = text.trim_start_matches(['-', '+']);
        text.len() > 1 && text.starts_with('0') && !text.starts_with("0.")
    }) {
        return Some(format!("digits with leading zeros, such as `{zero}`: a code"));
    }
    if let Some(long) = figures.iter().find(|text| digits(text) > 18) {
        return Some(format!("more digits than a number of 64 bits has, such as `{long}`"));
    }
    if let Some(call) = figures.iter().find(|text| text.starts_with('+') && digits(text) >= 7) {
        return Some(format!("a plus that a number would lose, such as `{call}`"));
    }
    if let Some([one, other]) = one_number(figures.iter().copied()) {
        return Some(format!(
            "`{one}` and `{other}` would be one number: text, or type = \"{}\"?",
            if whole { "integer" } else { "float" }
        ));
    }
    if !whole {
        return figures.iter().find(|text| !is_kept(text)).map(|long| more_digits(long));
    }
    let width = figures.first().map_or(0, |text| text.len());
    let coded = width >= 5 && figures.len() >= 3 && figures.iter().all(|text| text.len() == width);
    coded.then(|| format!("all have {width} digits: a code, or type = \"integer\"?"))
}

/// What figures with marks between their digits would lose if they were numbers.
fn loses_marks(figures: &[&String], marks: &Marks) -> Option<String> {
    let bare = |text: &str| text.trim_start_matches(['-', '+']).to_owned();
    let leads = |text: &&&String| {
        let text = bare(text);
        text.starts_with('0') && text[1..].starts_with(|c| c != marks.decimal)
    };
    if let Some(zero) = figures.iter().find(leads) {
        return Some(format!("digits with leading zeros, such as `{zero}`: a code"));
    }
    if let Some(long) = figures.iter().find(|text| digits(text) > 18) {
        return Some(format!("more digits than a number of 64 bits has, such as `{long}`"));
    }
    if let Some(call) = figures.iter().find(|text| text.starts_with('+') && digits(text) >= 7) {
        return Some(format!("a plus that a number would lose, such as `{call}`"));
    }
    let (first, others) = figures.split_first()?;
    if marks.group.is_empty() || figures.iter().any(|text| text.contains(marks.decimal)) {
        return None;
    }
    let option = number_option(marks.decimal, &marks.group);
    let groups = |text: &str| bare(text).split(&marks.group).count();
    // Points and blanks stand in addresses, versions and telephone numbers, too, which have as many groups each.
    let may_be_code = marks.group == "." || marks.group == " ";
    let is_even = others.iter().all(|text| groups(text) == groups(first));
    let is_wide = figures.len() >= 3
        && digits(first) >= 5
        && others.iter().all(|text| text.len() == first.len());
    if may_be_code && is_even && (groups(first) > 2 || groups(first) == 2 && is_wide) {
        return Some(format!(
            "all have {} groups of digits, such as `{first}`: a code, or type = \"integer\", {option}?",
            groups(first)
        ));
    }
    // Of so many numbers some would begin with one digit or two.
    let is_whole = |text: &&String| bare(text).find(&marks.group).unwrap_or(bare(text).len()) == 3;
    let listed = figures.len() >= CODES && !is_even && figures.iter().all(is_whole);
    listed.then(|| {
        format!("groups of three digits, such as `{first}`: codes side by side, or type = \"integer\", {option}?")
    })
}

/// What is said of figures in groups of two, which no number has here.
fn of_india(values: &Values) -> Option<String> {
    let marks = Marks { decimal: '.', group: ",".to_owned() };
    let is_number = reader(&marks);
    let first = values.distinct.keys().find(|text| is_indian(text))?;
    let held = values.held(|text| is_indian(text) || is_number(text));
    let note =
        format!("digits in groups of two, such as `{first}`, which no number here has: text");
    held.holds().then_some(note)
}

/// A figure with a zero behind its decimals where others have one decimal, as in `1.10` beside `1.2`. Where decimals go to the
/// hundredth anyway (`9.99`, `12.50`) the zero says nothing.
fn loses_zero<'t>(figures: &[&'t String]) -> Option<&'t str> {
    let decimals = |text: &'t str| text.split_once('.').map_or("", |(_, decimals)| decimals);
    let is_long = |text: &'t str| decimals(text).len() > 1;
    let mut long = figures.iter().map(|text| text.as_str()).filter(|text| is_long(text));
    let first = long.next()?;
    let has_zero = |text: &'t str| decimals(text).ends_with('0');
    let beside = figures.iter().any(|text| decimals(text).len() == 1);
    (beside && has_zero(first) && long.all(has_zero)).then_some(first)
}

/// Whether a text is a number with these marks.
fn reader(marks: &Marks) -> impl Fn(&str) -> bool + use<> {
    let notation = marks.notation();
    let signs = format!("{}{}", marks.decimal, marks.group);
    move |text: &str| ascii_figure(text, &signs) && parse_number(text, &notation).is_ok()
}

/// What is said of numbers whose mark may be either.
fn either_mark(values: &Values) -> String {
    let comma = values.distinct.keys().any(|text| text.contains(','));
    format!(
        "numbers whose {} may part groups or decimals: say which with `number`",
        if comma { "comma" } else { "point" }
    )
}

/// What is said of amounts that are read with this decimal mark, where three digits stand behind each mark, so that it
/// may be either: `1,170 kg`.
fn either_mark_of_amounts(values: &Values, decimal: char) -> Option<String> {
    let digits = |bytes: &mut dyn Iterator<Item = u8>| bytes.take_while(u8::is_ascii_digit).count();
    let mut found = None;
    for text in values.distinct.keys() {
        for (at, mark) in text.match_indices(['.', ',']) {
            let (head, tail) = (&text[..at], &text[at + mark.len()..]);
            let (before, behind) = (digits(&mut head.bytes().rev()), digits(&mut tail.bytes()));
            if before == 0 || behind == 0 {
                continue;
            }
            let is_other = found.get_or_insert((mark, text)).0 != mark;
            let begins_with_zero = head[head.len() - before..].starts_with('0');
            let goes_on = tail[behind..].starts_with(mark);
            if is_other || before > 3 || begins_with_zero || behind != 3 || goes_on {
                return None;
            }
        }
    }
    let (mark, text) = found?;
    let (parts, other) =
        if mark.starts_with(decimal) { ("decimals", "groups") } else { ("groups", "decimals") };
    Some(format!("the `{mark}` of `{text}` parts {parts}: if it parts {other}, `number` says so"))
}

fn more_digits(text: &str) -> String {
    let short = crate::text::short(text);
    format!("more digits than a float keeps, such as `{short}`: text, or type = \"decimal\"?")
}

/// Two figures that differ as texts, as versions do, and are one number.
fn one_number<'t>(figures: impl Iterator<Item = &'t String>) -> Option<[&'t str; 2]> {
    let mut known: FxHashMap<&str, &str> = FxHashMap::default();
    for text in figures {
        let mut number = text.strip_prefix('+').unwrap_or(text);
        if number.contains('.') {
            number = number.trim_end_matches('0').trim_end_matches('.');
        }
        if let Some(other) = known.insert(number, text) {
            return Some([other, text]);
        }
    }
    None
}

/// Whether a point in time ends with its distance from UTC.
fn has_offset(text: &str) -> bool {
    let Some((_, clock)) = text.split_once(['T', 't', ' ']) else { return false };
    clock.ends_with(['Z', 'z']) || clock.contains(['+', '-'])
}

fn is_literal(text: &str, syntax: ListSyntax) -> bool {
    parse_list(text, syntax, |_| ()).is_ok()
}

/// Whether a letter is of a language that puts no blanks between words: Chinese or Japanese.
fn is_written_without_blanks(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether what commas part has a place of its own, as in `Leukemia, Myeloid, Acute` and `Arthritis, Rheumatoid`: items of
/// lists come at several.
fn has_places(values: &Values) -> bool {
    // Each part with how often it comes and its place, unless it has several.
    let mut seen: FxHashMap<&str, (u64, Option<usize>)> = FxHashMap::default();
    for (value, (count, _)) in &values.distinct {
        for (place, part) in parts(value, ',').into_iter().enumerate() {
            let known = seen.entry(part).or_insert((0, Some(place)));
            known.0 += count;
            known.1 = known.1.filter(|known| *known == place);
        }
    }
    let mut again = seen.values().filter(|(count, _)| *count > 1);
    again.clone().count() >= PLACED && again.all(|(_, place)| place.is_some())
}

/// Whether the commas of values are marks of their figures, most of them: those of `2,434.05 EUR` and `12,50 EUR` part no
/// items.
fn is_of_figures(values: &Values) -> bool {
    let (mut all, mut marks, mut counts) = (0, 0, 0);
    for (value, (count, _)) in &values.distinct {
        all += count * value.matches(',').count() as u64;
        let figures = value.split(|c: char| !c.is_ascii_digit() && !",.'’".contains(c));
        for figure in figures.map(|figure| figure.trim_matches(|c: char| !c.is_ascii_digit())) {
            match (figure.matches(',').count() as u64, is_marked(figure)) {
                (0, _) => {}
                (commas, true) => marks += count * commas,
                (_, false) => counts += count,
            }
        }
    }
    // Where some go on as no number does, such as `1,2,3`, two of them may be two items.
    marks * 2 > all && counts * 200 <= values.count
}

/// Whether the commas in a figure may be marks of one number: before three digits each, or one before decimals.
fn is_marked(figure: &str) -> bool {
    let length = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    let mut parts = figure.split(',');
    let first = parts.next().unwrap_or_default();
    let behind: Vec<&str> = parts.collect();
    match behind.as_slice() {
        [one] => !one.is_empty(),
        several => {
            length(first) <= 3 && several.iter().all(|part| length(part) == 3) || is_indian(figure)
        }
    }
}

/// Whether the digits of a figure stand in groups of two before the last one of three, as in India: `1,00,000.00`.
fn is_indian(figure: &str) -> bool {
    let whole = figure.trim_start_matches(['-', '+']).split('.').next().unwrap_or_default();
    let mut groups = whole.rsplit(',');
    let is_group =
        |group: &str, of: usize| group.len() == of && group.bytes().all(|b| b.is_ascii_digit());
    let is_last = groups.next().is_some_and(|group| is_group(group, 3));
    let above: Vec<&str> = groups.collect();
    let Some((first, between)) = above.split_last() else { return false };
    let is_first = is_group(first, 1) || is_group(first, 2);
    is_last && is_first && !between.is_empty() && between.iter().all(|group| is_group(group, 2))
}

/// Whether a text looks like a path, of files or in a URL: its slashes part folders, not items.
fn is_path(text: &str) -> bool {
    // As in `mill.toml` and `example.org`.
    let has_ending = |part: &str| {
        part.rsplit_once('.').is_some_and(|(stem, end)| {
            !stem.is_empty()
                && end.len() <= 5
                && end.starts_with(|c: char| c.is_ascii_alphabetic())
                && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    let begins = ["/", "./", "../", "~/"].iter().any(|begin| text.starts_with(begin));
    text.contains('/')
        && (begins
            || text.ends_with('/')
            || text.contains("//")
            || text.contains(":/")
            || text.split('/').any(has_ending))
}

/// Whether a time is written as clocks show it, with two digits behind each colon. Ratios, scores and verses are not.
fn is_clock(text: &str) -> bool {
    let digits = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    text.split(':').skip(1).all(|part| digits(part) == 2)
}

/// What is said of values that are of another type.
fn others(held: &Held<'_>) -> Option<String> {
    let (text, line) = held.other?;
    let short = crate::text::short(text);
    let others = if held.no == 1 { "1 other".to_owned() } else { format!("{} others", held.no) };
    Some(match line {
        0 => format!("{others}, such as `{short}`"),
        line => format!("{others}, first `{short}` in line {line}"),
    })
}

/// A few short words that come again and again.
fn enumeration(values: &Values) -> Option<Type> {
    let distinct = values.distinct.len() as u64;
    let few = (2..=12).contains(&distinct) && distinct * 5 <= values.count && values.count >= 20;
    let short =
        values.distinct.keys().all(|text| text.chars().count() <= 30 && !text.contains('\n'));
    let again = values.distinct.values().all(|(count, _)| *count >= 2);
    (few && short && again && !values.more).then(|| {
        let mut words: Vec<_> = values.distinct.keys().cloned().collect();
        words.sort();
        Type::Enum(words)
    })
}
