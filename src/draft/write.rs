//! Writes a draft as a schema file.

use std::ops::Range;

use super::form::{Form, Framing, Kind};
use super::ladder::{Rung, Type, members_of};
use super::names;
use super::toml::{comment, key, literal, string};
use super::values::Values;

/// How long an example may be, in characters.
const EXAMPLE: usize = 80;
/// How many examples a field has.
const EXAMPLES: usize = 2;

/// A field of a draft.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) rung: Rung,
    /// Values that the field accepts.
    pub(super) examples: Vec<String>,
    /// Whether each record has a value, and that is demanded.
    pub(super) demanded: bool,
    /// Which of the notes proposes to demand it.
    proposes: Option<usize>,
    /// Options beside those of its type, a line each.
    pub(super) options: Vec<String>,
}

/// All of a draft.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) fields: Vec<Field>,
    /// Those that have a value in each record; of these one is demanded, the first rather than others.
    pub(super) everywhere: Vec<usize>,
    /// What stands above all, a line each.
    pub(super) notes: Vec<String>,
}

impl Field {
    pub(super) fn new(
        name: String,
        of_key: &str,
        rung: Rung,
        values: &Values,
        records: u64,
        whole: bool,
    ) -> Self {
        let mut rung = rung;
        let mut proposes = None;
        if !rung.kind.has_rows() && records > 2 && values.count > 0 {
            let all = if whole { "all" } else { "all of the sample:" };
            let is_said = |text: &String| !rung.sentinels.contains(text);
            let (mut distinct, mut count) = (0, 0);
            for (_, (times, _)) in values.distinct.iter().filter(|(text, _)| is_said(text)) {
                distinct += 1;
                count += times;
            }
            if count < 3 {
                // Of so few values nothing can be said.
            } else if !values.more && distinct == count {
                rung.notes.push(format!("{all} {distinct} values differ: unique?"));
            } else if !values.more && distinct * 50 > count * 49 {
                rung.notes.push(format!("{distinct} of {count} values differ: unique?"));
            }
            if values.records == records && values.blank == 0 && rung.sentinels.is_empty() {
                proposes = Some(rung.notes.len());
                rung.notes.push(format!("{all} {records} records have it: rule \"required\"?"));
            }
        }
        let examples = examples(values, &rung);
        let options = Vec::new();
        let key = of_key.to_owned();
        Self { name, key, rung, examples, demanded: false, proposes, options }
    }

    /// Whether it has the type that reads all.
    pub(super) fn takes_all(&self) -> bool {
        matches!(self.rung.kind, Type::Text | Type::Json)
    }

    /// Makes of it what takes all of its values, since too many are something else: items that are text, JSON as it
    /// stands where there are arrays or objects, or a text.
    pub(super) fn give_up(&mut self, why: String) {
        self.rung.notes.push(format!("type = \"{}\"? {why}", self.rung.kind.word()));
        self.rung.kind = match &self.rung.kind {
            Type::Elements(None, item) if **item != Type::Text => {
                Type::Elements(None, Box::new(Type::Text))
            }
            Type::Elements(None, _) | Type::Objects(_) => Type::Json,
            _ => Type::Text,
        };
    }

    /// Makes a text of a quantity, which the schema cannot have.
    pub(super) fn unmeasured(&mut self) {
        let options = self.rung.kind.options().join(", ");
        self.rung.notes.push(format!("type = \"quantity\", {options}, with uses = [\"std\"]?"));
        self.rung.kind = Type::Text;
    }

    fn write(&self, out: &mut String, lines: bool) {
        for (n, note) in self.rung.notes.iter().enumerate() {
            if !self.demanded || self.proposes != Some(n) {
                out.push_str(&comment(note));
            }
        }
        out.push_str(&format!("[fields.{}]\n", key(&self.name)));
        out.push_str(&format!(
            "key = {}\ntype = \"{}\"\n",
            string(&self.key),
            self.rung.kind.word()
        ));
        for option in self.rung.kind.options() {
            out.push_str(&option);
            out.push('\n');
        }
        if let Type::Split(separator, _) = &self.rung.kind
            && separator.ends_with("\\n")
            && lines
        {
            out.push_str("repeated = \"list\"\njoin = \" \"\n");
        }
        for option in &self.options {
            out.push_str(option);
            out.push('\n');
        }
        if !self.rung.sentinels.is_empty() {
            let words: Vec<_> = self.rung.sentinels.iter().map(|word| string(word)).collect();
            out.push_str(&format!("sentinels = [{}]\n", words.join(", ")));
        }
        if self.demanded {
            out.push_str("rules = [{ rule = \"not-null\" }]\n");
        }
        if !self.examples.is_empty() {
            let texts: Vec<_> =
                self.examples.iter().map(|text| format!("{{ text = {} }}", string(text))).collect();
            out.push_str(&format!("examples.accept = [{}]\n", texts.join(", ")));
        }
        members(&self.rung.kind, &format!("fields.{}", key(&self.name)), out);
        out.push('\n');
    }
}

fn members(kind: &Type, path: &str, out: &mut String) {
    let Type::Objects(inner) = kind else { return };
    for (name, of_key, kind) in inner {
        let path = format!("{path}.members.{}", key(name));
        out.push_str(&format!("\n[{path}]\n"));
        if name != of_key {
            out.push_str(&format!("key = {}\n", string(of_key)));
        }
        out.push_str(&format!("type = \"{}\"\n", kind.word()));
        for option in kind.options() {
            out.push_str(&option);
            out.push('\n');
        }
        members(kind, &path, out);
    }
}

/// Values that show what a field accepts.
fn examples(values: &Values, rung: &Rung) -> Vec<String> {
    if matches!(rung.kind, Type::Elements(None, _) | Type::Objects(_) | Type::Json) {
        return Vec::new();
    }
    let fit = |text: &&String| {
        text.chars().count() <= EXAMPLE && !text.contains('\n') && !rung.sentinels.contains(*text)
    };
    let mut found: Vec<String> =
        values.distinct.keys().filter(fit).take(EXAMPLES).cloned().collect();
    if found.is_empty() {
        found = values
            .distinct
            .keys()
            .take(1)
            .filter(|text| text.chars().count() <= EXAMPLE * 4)
            .cloned()
            .collect();
    }
    found
}

impl Plan {
    /// The text of the file, and where in it each field stands.
    pub(super) fn write(&self) -> (String, Vec<Range<usize>>) {
        let mut out = String::new();
        for note in &self.notes {
            out.push_str(&comment(note));
        }
        let measured =
            self.fields.iter().any(|field| matches!(field.rung.kind, Type::Quantity(..)));
        out.push_str(&format!(
            "\nrecordmill = 1\nname = {}\n{}\n{}\n",
            string(&self.name),
            if measured { "uses = [\"std\"]\n" } else { "" },
            self.form.source()
        ));
        let lines = matches!(self.form, Form::Lines(_));
        let kinds = self.kinds();
        for (name, kind) in &kinds {
            let line = literal(&kind.line);
            out.push_str(&format!("[kinds.{}]\nwhen = {{ line = {line} }}\n\n", key(name)));
        }
        let mut places = Vec::new();
        for field in &self.fields {
            let start = out.len();
            field.write(&mut out, lines);
            places.push(start..out.len());
        }
        out.push_str(&self.tables(&kinds));
        if let Form::Lines(lines) = &self.form
            && matches!(lines.framing, Framing::StartLine(..) | Framing::StartKey(_))
        {
            out.push_str(&comment(
                "What stands before the first record is reported: [findings.text-before-record]",
            ));
        }
        (out, places)
    }

    /// The kinds of records with their names, which are those of their tables.
    fn kinds(&self) -> Vec<(String, &Kind)> {
        let Form::Lines(lines) = &self.form else { return Vec::new() };
        let fields = self.fields.iter().filter(|field| field.rung.kind.has_rows());
        let mut taken: Vec<String> = fields.map(|field| field.name.clone()).collect();
        let mut named = Vec::new();
        for kind in &lines.kinds {
            let other: Vec<&str> = taken.iter().map(String::as_str).collect();
            let name = names::table(Some(&kind.tag), &other);
            taken.push(name.clone());
            named.push((name, kind));
        }
        named
    }

    /// The table of records or of each kind of them, and one for each field that has rows.
    fn tables(&self, kinds: &[(String, &Kind)]) -> String {
        let mut taken: Vec<String> = kinds.iter().map(|(name, _)| name.clone()).collect();
        let items = tables_of_items(&self.fields, &mut taken);
        let mut out = String::new();
        for (name, kind) in kinds {
            let fields = self.fields.iter().filter(|field| kind.keys.contains(&field.key));
            let own = fields.filter(|field| !field.rung.kind.has_rows());
            let columns: Vec<_> = std::iter::once("record_id")
                .chain(own.map(|field| field.name.as_str()))
                .chain(["source_file", "source_line"])
                .collect();
            let (of, columns) = (key(name), columns_of(&columns));
            out.push_str(&format!(
                "[tables.{of}]\nrows = \"record\"\nkind = {}\n{columns}\n",
                string(name)
            ));
        }
        if !kinds.is_empty() {
            out.push_str(items.trim_start());
            out.truncate(out.trim_end().len());
            out.push('\n');
            return out;
        }
        let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
        let name = names::table(Some(&self.name), &taken);
        let own = self
            .fields
            .iter()
            .filter(|field| !field.rung.kind.has_rows())
            .map(|field| field.name.as_str());
        let mut columns = vec!["record_id"];
        columns.extend(own);
        columns.extend(["source_file", "source_line"]);
        out.push_str(&format!(
            "[tables.{}]\nrows = \"record\"\n{}",
            key(&name),
            columns_of(&columns)
        ));
        out.push_str(&items);
        out
    }
}

/// The tables of the fields that have rows, none of which is called like one that is taken. They are added to those.
pub(super) fn tables_of_items(fields: &[Field], taken: &mut Vec<String>) -> String {
    let with_rows = || fields.iter().filter(|field| field.rung.kind.has_rows());
    let mut free = |name: &str| {
        let names: Vec<&str> = taken.iter().map(String::as_str).collect();
        let table = names::rows(name, &names);
        taken.push(table.clone());
        table
    };
    // A field comes before what stands within others, whose name is made up.
    let tables: Vec<String> = with_rows().map(|field| free(&field.name)).collect();
    let mut out = String::new();
    for (field, table) in with_rows().zip(&tables) {
        rows(&field.name, table, &field.rung.kind, &mut free, &mut out);
    }
    out
}

/// The tables of the rows of a field.
fn rows(
    name: &str,
    table: &str,
    kind: &Type,
    free: &mut impl FnMut(&str) -> String,
    out: &mut String,
) {
    let Type::Objects(inner) = kind else {
        let members = match kind {
            Type::Tuples(arities) => members_of(arities.iter().copied().max().unwrap_or_default()),
            _ => vec!["value".to_owned()],
        };
        let mut columns = vec!["record_id", "ordinal"];
        columns.extend(members.iter().map(String::as_str));
        out.push_str(&format!(
            "\n[tables.{}]\nrows = {}\n{}",
            key(table),
            string(name),
            columns_of(&columns)
        ));
        return;
    };
    let mut columns = vec!["record_id"];
    if name.contains('.') {
        columns.push("parent_ordinal");
    }
    columns.push("ordinal");
    columns
        .extend(inner.iter().filter(|(.., kind)| !kind.has_rows()).map(|(name, ..)| name.as_str()));
    out.push_str(&format!(
        "\n[tables.{}]\nrows = {}\n{}",
        key(table),
        string(name),
        columns_of(&columns)
    ));
    for (member, _, kind) in inner.iter().filter(|(.., kind)| kind.has_rows()) {
        let name = format!("{name}.{member}");
        let table = free(&name);
        rows(&name, &table, kind, free, out);
    }
}

fn columns_of(columns: &[&str]) -> String {
    let columns: Vec<_> = columns.iter().map(|column| string(column)).collect();
    format!("columns = [{}]\n", columns.join(", "))
}

/// The section of one field, as it stands in a draft.
pub(super) fn section(field: &Field, lines: bool) -> String {
    let mut out = String::new();
    field.write(&mut out, lines);
    out
}
