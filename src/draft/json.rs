//! Which JSON a text may be: where its records stand, and what they hold.

use indexmap::IndexMap;

use super::form::Form;
use super::look::share;
use crate::data::JsonKind;
use crate::grammar::{json_fault, json_kind, path_part, unescape, with_numbers, within_quotes};

/// How many keys may lead to the records.
const DEPTH: usize = 4;
/// The key of the field that holds what a record is called that is a member of an object.
const MEMBER_KEY: &str = "@key";
/// How deep in a record values are looked at: an array or an object that stands deeper is an empty one.
const DEEPEST: usize = 128;
/// How many members an object has that is a map, each of them in few of the records.
const MAP: usize = 60;
/// How many values of a member are kept.
const VALUES: usize = 5000;
/// Of so few objects one may hold the records, and the others be alike by chance.
const FEW_OBJECTS: usize = 3;

/// What stands at a path of the records.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Scalar,
    List,
    /// An array of objects, with what they hold.
    Objects(Vec<Member>),
    /// Something that no other shape has room for: a list of lists, an object whose keys are data or that is empty, now
    /// this and now that. Of a list, what is in it and how often, if that is of several kinds.
    Mixed(Vec<(&'static str, u64)>),
}

/// Something at a path of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) path: String,
    pub(super) shape: Shape,
    /// Values, each with whether it is a number, a boolean, a string.
    pub(super) values: Vec<(String, Scalar)>,
}

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    String,
    Number,
    Boolean,
}

/// A value, as the reader of records takes it: `NaN` is null, half of a surrogate pair a character, a number any.
#[derive(Clone, Debug)]
enum Value {
    Null,
    Scalar(String, Scalar),
    Array(Vec<Value>),
    Object(IndexMap<String, Value>),
}

impl Value {
    /// The object or array of a text.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.starts_with(['{', '[']) {
            return None;
        }
        let patched = with_numbers(text);
        json_fault(patched.as_deref().unwrap_or(text)).is_none().then(|| Self::of(text))
    }

    /// The value of a text that is JSON, but for numbers that JSON does not have. It is gone through once: the
    /// parser could only tell where the values of one level end.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        // What is open, with the key whose value is to come.
        let mut open: Vec<(Self, Option<String>)> = Vec::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            at += 1;
            let value = match byte {
                b'[' => {
                    open.push((Self::Array(Vec::new()), None));
                    continue;
                }
                b'{' => {
                    open.push((Self::Object(IndexMap::new()), None));
                    continue;
                }
                b']' | b'}' => match open.pop() {
                    Some((value, _)) => value,
                    None => break,
                },
                b',' | b':' => continue,
                _ if byte.is_ascii_whitespace() => continue,
                b'"' => {
                    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
                        at += found + 1;
                        if bytes[at - 1] == b'"' {
                            break;
                        }
                        at += 1;
                    }
                    let string = unescape(within_quotes(&text[start..at]), 0).0.as_str().to_owned();
                    if let Some((Self::Object(_), key @ None)) = open.last_mut() {
                        *key = Some(string);
                        continue;
                    }
                    Self::Scalar(string, Scalar::String)
                }
                _ => {
                    let ends = |byte: &u8| {
                        matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace()
                    };
                    at = bytes[at..].iter().position(ends).map_or(bytes.len(), |end| at + end);
                    let word = &text[start..at];
                    match json_kind(word) {
                        JsonKind::Null => Self::Null,
                        JsonKind::Boolean => Self::Scalar(word.to_owned(), Scalar::Boolean),
                        _ => Self::Scalar(word.to_owned(), Scalar::Number),
                    }
                }
            };
            let deep = open.len() > DEEPEST;
            match open.last_mut() {
                None => return value,
                Some((Self::Array(items), _)) if !deep => items.push(value),
                Some((Self::Object(members), key)) => {
                    if let Some(key) = key.take().filter(|_| !deep) {
                        members.insert(key, value);
                    }
                }
                Some(_) => {}
            }
        }
        Self::Null
    }

    fn as_object(&self) -> Option<&IndexMap<String, Self>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    fn is_object(&self) -> bool {
        self.as_object().is_some()
    }
}

/// What is said of a text that begins like JSON.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) form: Form,
    pub(super) members: Vec<Member>,
}

/// Tells which JSON a text is, if it is any. `lines` is whether its name says that it is JSON lines.
pub(super) fn find(text: &str, lines: bool) -> Option<Found> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let opens = text.starts_with(['{', '[']);
    // Records are added as they come: a dump may have more of them than have room side by side.
    let (mut all, mut records, mut root) = (0_u64, 0_u64, Node::default());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        all += 1;
        if line.starts_with('{')
            && let Some(value @ Value::Object(_)) = Value::read(line)
        {
            records += 1;
            root.add(&value);
        } else if all > 20 && records == 0 {
            break;
        }
    }
    // Some lines may be damaged, the first among them.
    let whole = if lines { 0.5 } else { 0.66 };
    if share(records, all) >= whole && (all > 1 || lines) {
        return Some(Found { form: Form::JsonLines, members: root.described(false) });
    }
    if !opens {
        return None;
    }
    let document = document(text)?;
    match &document {
        Value::Array(items) => {
            let objects: Vec<_> = items.iter().filter(|item| item.is_object()).collect();
            (share(objects.len() as u64, items.len() as u64) >= 0.9)
                .then(|| described(Form::Json(None), &objects, false))
        }
        Value::Object(_) => {
            let mut found = Vec::new();
            places(&document, "", 0, &IndexMap::new(), &mut found);
            // The place with most records; of those with as many, the first.
            let best = found.into_iter().rev().max_by_key(|place| place.records.len());
            match best {
                Some(Place { path, records, named }) => {
                    Some(described(Form::Json(Some(path)), &records, named))
                }
                None => Some(described(Form::Json(None), &[&document], false)),
            }
        }
        _ => None,
    }
}

/// A place in a document where several records stand.
struct Place<'v> {
    path: String,
    records: Vec<&'v Value>,
    /// Whether they are the members of an object, whose keys name them.
    named: bool,
}

/// A path with one more key.
fn below(path: &str, key: &str) -> String {
    let key = path_part(key);
    if path.is_empty() { key.into_owned() } else { format!("{path}.{key}") }
}

/// Whether a path can go on behind a key: one that is empty leads nowhere, and `\` makes the dot behind it a part of
/// the key.
fn leads(key: &str) -> bool {
    !key.is_empty() && !key.ends_with('\\')
}

/// The places in a document where several records stand. What stands at a key of which `shared` counts several is a
/// part of a record that was found already.
fn places<'v>(
    value: &'v Value,
    path: &str,
    depth: usize,
    shared: &IndexMap<&str, u64>,
    out: &mut Vec<Place<'v>>,
) {
    let Value::Object(members) = value else { return };
    if depth >= DEPTH {
        return;
    }
    let objects: Vec<_> = members.values().filter_map(Value::as_object).collect();
    let mut within: IndexMap<&str, u64> = IndexMap::new();
    if objects.len() == members.len() && objects.len() > 1 {
        for key in objects.iter().flat_map(|object| object.keys()) {
            *within.entry(key).or_default() += 1;
        }
        // Keys of which each occurs once make no object another kind of thing.
        let all: u64 = within.values().sum();
        let common: u64 = within
            .values()
            .filter(|count| **count > 1 && share(**count, objects.len() as u64) >= 0.5)
            .sum();
        if common > 0 && common * 2 >= all {
            let records = members.values().collect();
            out.push(Place { path: below(path, "*"), records, named: true });
            if objects.len() > FEW_OBJECTS {
                return;
            }
        } else {
            within.clear();
        }
    }
    let is_part = |key: &str| shared.get(key).is_some_and(|count| *count > 1);
    for (key, member) in members {
        // A path of records has another use for the sign of all members.
        if !leads(key) || key == "*" || is_part(key) {
            continue;
        }
        match member {
            Value::Array(items) if items.len() > 1 && items.iter().all(Value::is_object) => {
                let records = items.iter().collect();
                out.push(Place { path: below(path, key), records, named: false });
            }
            Value::Object(_) => places(member, &below(path, key), depth + 1, &within, out),
            _ => {}
        }
    }
}

fn described(form: Form, records: &[&Value], named: bool) -> Found {
    let mut root = Node::default();
    for record in records {
        root.add(record);
    }
    Found { form, members: root.described(named) }
}

/// What stands at a place, over all records.
#[derive(Clone, Debug, Default)]
struct Node {
    scalars: u64,
    objects: u64,
    arrays: u64,
    values: Vec<(String, Scalar)>,
    children: IndexMap<String, Node>,
    elements: Option<Box<Node>>,
}

impl Node {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Object(members) => {
                self.objects += 1;
                for (key, member) in members {
                    match self.children.get_mut(key) {
                        Some(known) => known.add(member),
                        None => self.children.entry(key.clone()).or_default().add(member),
                    }
                }
            }
            Value::Array(items) => {
                self.arrays += 1;
                for item in items {
                    self.elements.get_or_insert_default().add(item);
                }
            }
            Value::Scalar(text, scalar) => {
                self.scalars += 1;
                if self.values.len() < VALUES {
                    self.values.push((text.clone(), *scalar));
                }
            }
        }
    }

    /// Adds what stands at another place, of which this one makes no difference.
    fn join(&mut self, other: &Self) {
        self.scalars += other.scalars;
        self.objects += other.objects;
        self.arrays += other.arrays;
        let room = VALUES.saturating_sub(self.values.len());
        self.values.extend(other.values.iter().take(room).cloned());
        for (key, child) in &other.children {
            self.children.entry(key.clone()).or_default().join(child);
        }
        if let Some(elements) = &other.elements {
            self.elements.get_or_insert_default().join(elements);
        }
    }

    /// The members of records. Where these are members themselves, their own keys are values.
    fn described(&self, named: bool) -> Vec<Member> {
        let mut members = Vec::new();
        if named {
            let path = MEMBER_KEY.to_owned();
            members.push(Member { path, shape: Shape::Scalar, values: Vec::new() });
        }
        self.members("", true, &mut members);
        if named {
            // A key of the record that is called so, too, comes again: the run tells.
            let mut is_first = true;
            members.retain(|member| {
                member.path != MEMBER_KEY || std::mem::replace(&mut is_first, false)
            });
        }
        members
    }

    /// The members of an object, those of objects in it by their path. In an array of objects a member is no list.
    fn members(&self, path: &str, lists: bool, out: &mut Vec<Member>) {
        for (key, child) in &self.children {
            let leads = leads(key);
            let path = below(path, key);
            // One value in two hundred that is none takes nothing from objects: the run tells of it.
            let few = child.scalars * 200 <= child.scalars + child.objects;
            let scalars = child.scalars > 0 && !(few && child.arrays == 0);
            let shape = match (scalars, child.objects > 0, child.arrays > 0) {
                (_, false, false) => Shape::Scalar,
                (false, true, false) => {
                    if child.is_map() || child.children.is_empty() || !leads {
                        Shape::Mixed(Vec::new())
                    } else {
                        child.members(&path, lists, out);
                        continue;
                    }
                }
                // One object stands for an array of one.
                (false, true, true) => {
                    let mut all = Self { children: child.children.clone(), ..Self::default() };
                    all.objects = child.objects;
                    if let Some(elements) = &child.elements {
                        all.join(elements);
                    }
                    match Self::elements(&all, false) {
                        shape @ Shape::Objects(_) => shape,
                        _ => Shape::Mixed(Vec::new()),
                    }
                }
                (false, false, true) => match &child.elements {
                    Some(elements) => Self::elements(elements, lists),
                    None if lists => Shape::List,
                    None => Shape::Mixed(Vec::new()),
                },
                _ => Shape::Mixed(Vec::new()),
            };
            out.push(Member { path, shape, values: child.values.clone() });
        }
    }

    /// The shape of arrays with these elements.
    fn elements(elements: &Self, lists: bool) -> Shape {
        match (elements.scalars > 0, elements.objects > 0, elements.arrays > 0) {
            (_, false, false) if lists => Shape::List,
            (false, true, false) if !elements.is_map() => {
                let mut members = Vec::new();
                elements.members("", false, &mut members);
                if members.is_empty() { Shape::Mixed(Vec::new()) } else { Shape::Objects(members) }
            }
            _ => {
                let kinds = [
                    ("value", elements.scalars),
                    ("object", elements.objects),
                    ("list", elements.arrays),
                ];
                let mut kinds = Vec::from(kinds);
                kinds.retain(|(_, count)| *count > 0);
                Shape::Mixed(if kinds.len() > 1 { kinds } else { Vec::new() })
            }
        }
    }

    /// Whether the keys of an object are data.
    fn is_map(&self) -> bool {
        let held: u64 =
            self.children.values().map(|child| child.scalars + child.objects + child.arrays).sum();
        self.children.len() > MAP && share(held, self.objects * self.children.len() as u64) < 0.1
    }
}

/// A document, or what can be read of the start of one.
fn document(text: &str) -> Option<Value> {
    if let Some(value) = Value::read(text) {
        return Some(value);
    }
    // The last place where the text can be ended, and what it takes to end it there.
    let (mut open, mut last) = (Vec::new(), None);
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' => open.push('}'),
            b'[' => open.push(']'),
            b'}' | b']' => {
                open.pop();
            }
            // The records of the deepest place stand in one more bracket, that of their array.
            b',' if open.len() <= DEPTH + 1 => last = Some((at, open.len())),
            _ => {}
        }
        if open.is_empty() {
            return None;
        }
    }
    let (at, depth) = last?;
    let mut whole = text[..at].to_owned();
    whole.extend(open.iter().take(depth).rev());
    Value::read(&whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        find(text, false).unwrap().form
    }

    #[test]
    fn the_place_of_the_records_is_found() {
        assert_eq!(form("{\"a\": 1}\n{\"a\": 2}\n"), Form::JsonLines);
        assert_eq!(form("[{\"a\": 1}, {\"a\": 2}]"), Form::Json(None));
        assert_eq!(
            form("{\"n\": 2, \"rows\": [{\"a\": 1}, {\"a\": 2}]}"),
            Form::Json(Some("rows".to_owned()))
        );
        assert_eq!(
            form("{\"v1.2\": {\"rows\": [{\"a\": 1}, {\"a\": 2}]}}"),
            Form::Json(Some("v1\\.2.rows".to_owned()))
        );
        assert_eq!(
            form("{\"x\": {\"a\": 1}, \"y\": {\"a\": 2}}"),
            Form::Json(Some("*".to_owned()))
        );
        assert_eq!(form("{\"a\": 1}"), Form::Json(None));
        // Keys that few of them have make them no fewer.
        let rare: Vec<_> = (1..9)
            .map(|n| format!("\"u{n}\": {{\"id\": {n}, \"name\": \"x\", \"k{n}\": 1}}"))
            .collect();
        assert_eq!(form(&format!("{{{}}}", rare.join(", "))), Form::Json(Some("*".to_owned())));
        // Objects that share no key are no records, and two that share one may be none where more stand in one of them.
        let items = "{\"a\": 1, \"b\": 2}, ".repeat(19) + "{\"a\": 3}";
        for document in [
            "{\"meta\": {\"n\": 1}, \"response\": {\"items\": [ITEMS]}}",
            "{\"meta\": {\"n\": 1}, \"response\": {\"n\": 20, \"items\": [ITEMS]}}",
            "{\"meta\": {\"n\": 1}, \"links\": {\"next\": 2}, \"response\": {\"items\": [ITEMS]}}",
        ] {
            let found = form(&document.replace("ITEMS", &items));
            assert_eq!(found, Form::Json(Some("response.items".to_owned())), "{document}");
        }
        let year = format!("{{\"rows\": [{items}]}}");
        let years = format!("{{\"2023\": {year}, \"2024\": {year}}}");
        assert_eq!(form(&years), Form::Json(Some("*".to_owned())));
        assert!(find("a: 1", false).is_none());
        assert!(find("[block]\na: 1\n", false).is_none());
    }

    #[test]
    fn a_document_that_was_cut_is_read_as_far_as_it_goes() {
        let found = find(
            "[{\"a\": 1, \"b\": [\"x\", \"y\"]}, {\"a\": 2, \"b\": [\"z\"]}, {\"a\": 3, \"b",
            false,
        )
        .unwrap();
        assert_eq!(found.form, Form::Json(None));
        let shapes: Vec<_> =
            found.members.iter().map(|member| (&*member.path, &member.shape)).collect();
        assert_eq!(shapes, [("a", &Shape::Scalar), ("b", &Shape::List)]);
    }

    #[test]
    fn records_may_stand_as_deep_in_a_document_that_was_cut() {
        let whole = "{\"x\": {\"y\": {\"z\": {\"data\": [{\"a\": 1}, {\"a\": 2}, {\"a\": 3}]}}}}";
        let place = Form::Json(Some("x.y.z.data".to_owned()));
        assert_eq!(form(whole), place);
        assert_eq!(form(&whole[..whole.len() - 8]), place);
    }

    #[test]
    fn there_may_be_any_number_of_records_and_the_last_has_its_say() {
        let record = |n: usize| {
            let late = if n == 5999 { ", \"late\": 1" } else { "" };
            format!("{{\"id\": {n}{late}}}")
        };
        let records: Vec<String> = (0..6000).map(record).collect();
        for (text, form) in [
            (format!("[{}]", records.join(",")), Form::Json(None)),
            (format!("{{\"of\": [{}]}}", records.join(",")), Form::Json(Some("of".to_owned()))),
            (records.join("\n"), Form::JsonLines),
        ] {
            let found = find(&text, false).unwrap();
            let paths: Vec<_> = found.members.iter().map(|member| &*member.path).collect();
            assert_eq!((&found.form, paths), (&form, vec!["id", "late"]));
        }
    }

    #[test]
    fn keys_may_have_any_signs() {
        let keys = ["@id", "x@y", "a*b", "*", "", "@key"];
        let record = |n: usize| {
            let own = keys.map(|key| format!("\"{key}\": {n}")).join(", ");
            format!("{{{own}, \"o\": {{{own}}}, \"b\\\\\": {{\"c\": 1}}, \"l\": [{{{own}}}]}}")
        };
        let [one, two] = [record(1), record(2)];
        let found =
            find(&format!("{{\"@context\": 1, \"@graph\": [{one}, {two}]}}"), false).unwrap();
        assert_eq!(found.form, Form::Json(Some("@graph".to_owned())));
        let paths: Vec<_> = found.members.iter().map(|member| &*member.path).collect();
        let own = ["@id", "x@y", "a*b", "*", "", "@key"];
        let within = own.map(|key| format!("o.{key}"));
        let expected = own.into_iter().chain(within.iter().map(|path| &**path));
        assert_eq!(paths, expected.chain(["b\\", "l"]).collect::<Vec<_>>());
        // What no path leads to is read whole.
        assert_eq!(found.members[12].shape, Shape::Mixed(Vec::new()));
        let Shape::Objects(members) = &found.members[13].shape else { panic!("no objects") };
        assert_eq!(members.iter().map(|member| &*member.path).collect::<Vec<_>>(), own);
        let found = find(&format!("{{\"x\": {one}, \"y\": {two}}}"), false).unwrap();
        assert_eq!(found.form, Form::Json(Some("*".to_owned())));
        assert_eq!(found.members.iter().filter(|member| member.path == "@key").count(), 1);
    }

    #[test]
    fn objects_are_paths_and_arrays_of_objects_are_tables() {
        let found = find(
            "[{\"a\": {\"b\": 1}, \"c\": [{\"d\": 2, \"e\": [1]}], \"f\": 1}, {\"f\": [1]}]",
            false,
        )
        .unwrap();
        let paths: Vec<_> = found.members.iter().map(|member| &*member.path).collect();
        assert_eq!(paths, ["a.b", "c", "f"]);
        let dotted =
            find("[{\"a.b\": 1, \"a\": {\"b\": 2, \"c.d\": 3}}, {\"a.b\": 2}]", false).unwrap();
        let paths: Vec<_> = dotted.members.iter().map(|member| &*member.path).collect();
        assert_eq!(paths, [r"a\.b", "a.b", r"a.c\.d"]);
        assert!(
            matches!(&found.members[1].shape, Shape::Objects(members) if members[1].shape == Shape::Mixed(Vec::new()))
        );
        assert_eq!(found.members[2].shape, Shape::Mixed(Vec::new()));
    }

    #[test]
    fn one_object_stands_for_an_array_of_one() {
        let shape = |text: &str| find(text, true).unwrap().members.swap_remove(0).shape;
        let Shape::Objects(members) =
            shape("{\"a\": [{\"b\": 1}, {\"b\": 2}]}\n{\"a\": {\"b\": 3, \"c\": \"x\"}}")
        else {
            panic!("no objects")
        };
        let of: Vec<_> = members.iter().map(|of| (&*of.path, of.values.len())).collect();
        assert_eq!(of, [("b", 3), ("c", 1)]);
        assert_eq!(shape("{\"a\": [[1, 2], [3]]}"), Shape::Mixed(Vec::new()));
        assert_eq!(shape("{\"a\": {}}"), Shape::Mixed(Vec::new()));
        let mixed = Shape::Mixed(vec![("value", 2), ("object", 1)]);
        assert_eq!(shape("{\"a\": [1, {\"b\": 1}, 2]}"), mixed);
    }

    #[test]
    fn a_value_is_read_as_it_is_written() {
        let text = r#" {"a" : [ 1 ,[], "x\"]\\" , {"b":{}} ,true], "\u00e4": NaN, "a.b":"\ud800", "n": -1.5e400,"n":null } "#;
        let Value::Object(members) = Value::read(text).unwrap() else { panic!("no object") };
        let said: Vec<_> = members.iter().map(|(key, value)| format!("{key} {value:?}")).collect();
        assert_eq!(
            said,
            [
                "a Array([Scalar(\"1\", Number), Array([]), Scalar(\"x\\\"]\\\\\", String), \
                 Object({\"b\": Object({})}), Scalar(\"true\", Boolean)])",
                "ä Null",
                "a.b Scalar(\"\u{fffd}\", String)",
                "n Null",
            ]
        );
        assert!(Value::read("{} {}").is_none() && Value::read("[1,]").is_none());
    }

    #[test]
    fn brackets_may_go_deep() {
        let deep = |count: usize| {
            let (open, close) = ("[{\"b\":".repeat(count), "}]".repeat(count));
            format!("{{\"a\": {open}1{close}, \"c\": 1}}\n").repeat(2)
        };
        for count in [3, 20_000] {
            let found = find(&deep(count), false).unwrap();
            assert_eq!(found.form, Form::JsonLines);
            let paths: Vec<_> = found.members.iter().map(|member| &*member.path).collect();
            assert_eq!(paths, ["a", "c"]);
        }
    }

    #[test]
    fn lines_are_read_as_a_run_reads_them() {
        for value in [r#""a\ud800b""#, "1e400", "NaN", "-Infinity", "12345678901234567890"] {
            let found = find(&format!("{{\"a\": {value}, \"b\": 1}}\n").repeat(3), false);
            assert_eq!(found.unwrap().form, Form::JsonLines, "{value}");
        }
        assert!(find("{\"a\": 1, \"b\": 01}\n", true).is_none());
    }
}
