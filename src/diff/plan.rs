//! How a table is compared: by which key, and in which columns.

use std::collections::BTreeMap;

use super::Options;
use super::model::{KnownBy, Sides};
use super::pairs::Form;
use super::reader::TableFile;
use crate::data::Kind;
use crate::error::{Error, ErrorKind, Result};

/// The columns that say where a record stands in its dump, and its id, which changes with
/// each of its bytes.
const OF_THE_DUMP: [&str; 5] =
    ["record_id", "source_file", "source_line", "source_byte", "source_bytes"];
/// The columns that say where an item stands in its record.
const OF_THE_LIST: [&str; 3] = ["ordinal", "parent_ordinal", "parents"];

/// How a table is compared that both runs have.
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) files: Sides<TableFile>,
    /// Whether its rows are records.
    pub(super) is_of_records: bool,
    pub(super) known_by: KnownBy,
    /// The columns of the key.
    pub(super) key: Vec<Compared>,
    /// The columns that are compared, those of the key left out.
    pub(super) columns: Vec<Compared>,
    pub(super) ignored: Vec<String>,
    /// Whether ids of records are hidden, since a value of some table is: an id is a hash of all that its
    /// record says, so that who has it can try what the value may be.
    pub(super) hides_ids: bool,
}

/// A column that both runs have.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub(super) name: String,
    pub(super) kinds: Sides<Kind>,
    /// How far numbers may lie apart.
    pub(super) tolerance: Option<f64>,
    /// Whether its values are hidden.
    pub(super) masked: bool,
}

impl Compared {
    /// How values are compared: as texts, where their types differ.
    pub(super) fn form(&self) -> Form {
        match self.kinds.each().map(|kind| kind.is_number()) {
            _ if self.kinds.is_same() => Form::Typed,
            [false, false] => Form::Text,
            _ => Form::Number,
        }
    }

    /// Whether its values are numbers in one run, and something else in the other.
    pub(super) fn is_number_of_one(&self) -> bool {
        self.form() == Form::Number && !self.is_number()
    }

    /// Whether its values are numbers in both runs.
    pub(super) fn is_number(&self) -> bool {
        self.kinds.each().into_iter().all(|kind| kind.is_number())
    }
}

impl Plan {
    pub(super) fn new(name: &str, files: Sides<TableFile>) -> Result<Self> {
        let is_of_records = files.new.is_of_records();
        if is_of_records != files.old.is_of_records() {
            let message =
                format!("`{name}` is a table of records in one run, and of items in the other");
            return Err(Error::new(ErrorKind::Input, message)
                .with_remedy("give one of the tables another name in its schema"));
        }
        Ok(Self {
            name: name.to_owned(),
            files,
            is_of_records,
            known_by: KnownBy::default(),
            key: Vec::new(),
            columns: Vec::new(),
            ignored: Vec::new(),
            hides_ids: false,
        })
    }

    /// The columns that either run has.
    pub(super) fn every_column(&self) -> impl Iterator<Item = &str> {
        self.files.each().into_iter().flat_map(|file| &file.columns).map(|(name, _)| name.as_str())
    }

    /// Whether its rows are records that items can be known by.
    pub(super) fn has_record_ids(&self) -> bool {
        self.is_of_records && self.kinds("record_id").is_some()
    }

    /// The types of a column that both have.
    fn kinds(&self, name: &str) -> Option<Sides<Kind>> {
        let Sides { old, new } = self.files.map(|file| file.kind(name));
        Some(Sides { old: old?, new: new? })
    }

    /// Settles what is compared. Items are known by the ids of their records where a table
    /// of those has them.
    pub(super) fn apply(&mut self, options: &Options, has_record_ids: bool) -> Result<()> {
        let mut key = self.key_columns(options)?;
        let is_ignored =
            |name: &str| options.ignore.iter().any(|ignore| ignore.is(&self.name, name));
        let mut has_record = !self.is_of_records && self.kinds("record_id").is_some();
        let goes_by_id = self.is_of_records || (has_record && has_record_ids);
        let has_key = self.kinds("record_key").is_some() && !is_ignored("record_key");
        let by_record_key = has_key && !goes_by_id;
        if by_record_key {
            has_record = false;
            if !key.is_empty() && !key.iter().any(|name| name == "record_key") {
                key.insert(0, "record_key".to_owned());
            }
        }
        self.known_by = match (has_record, key.is_empty()) {
            (false, false) => KnownBy::Key,
            (false, true) => KnownBy::Cells,
            (true, false) => KnownBy::RecordAndKey,
            (true, true) => KnownBy::RecordAndCells,
        };
        let masked = |name: &str| {
            let says = |file: &TableFile| file.about.columns.get(name).is_some_and(|own| own.mask);
            options.mask || says(&self.files.old) || says(&self.files.new)
        };
        let tolerance = |name: &str| {
            let found = options.tolerance.iter().filter(|(column, _)| column.is(&self.name, name));
            // That of one table goes before that of all.
            found.min_by_key(|(column, _)| column.table.is_none()).map(|(_, most)| *most)
        };
        let compared = |name: &str| {
            let kinds = self.kinds(name)?;
            let tolerance = tolerance(name);
            Some(Compared { name: name.to_owned(), kinds, tolerance, masked: masked(name) })
        };
        let (mut columns, mut ignored) = (Vec::new(), Vec::new());
        for (name, _) in &self.files.new.columns {
            let Some(column) = compared(name) else { continue };
            if key.contains(name) {
                continue;
            }
            let place = OF_THE_DUMP.contains(&name.as_str())
                || (!self.is_of_records && OF_THE_LIST.contains(&name.as_str()));
            if is_ignored(name) || place {
                ignored.push(name.clone());
                continue;
            }
            columns.push(column);
        }
        let key = key.iter().filter_map(|name| compared(name)).collect();
        (self.key, self.columns, self.ignored) = (key, columns, ignored);
        Ok(())
    }

    /// The columns by which a row is known: as asked, or as the schema of either run says.
    fn key_columns(&self, options: &Options) -> Result<Vec<String>> {
        if let Some(asked) = options.keys.get(&self.name) {
            if let Some(lost) = asked.iter().find(|name| self.kinds(name).is_none()) {
                let message =
                    format!("`--key` names `{}.{lost}`, which not both runs have", self.name);
                let columns: Vec<_> =
                    self.files.new.columns.iter().map(|(name, _)| name.as_str()).collect();
                return Err(Error::new(ErrorKind::Option, message)
                    .with_remedy(format!("the columns are {}", columns.join(", "))));
            }
            return Ok(asked.clone());
        }
        let usual = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let mut candidates: Vec<Vec<String>> =
            vec![self.files.new.about.key.clone(), self.files.old.about.key.clone()];
        // Files of an earlier version do not say it.
        if self.is_of_records {
            candidates.push(usual(&["record_key"]));
        } else {
            candidates.push(usual(&["parents", "ordinal"]));
            candidates.push(usual(&["parent_ordinal", "ordinal"]));
            candidates.push(usual(&["ordinal"]));
        }
        let ignored = |name: &str| options.ignore.iter().any(|ignore| ignore.is(&self.name, name));
        let fits = |names: &Vec<String>| {
            let has = |name: &String| self.kinds(name).is_some() && !ignored(name);
            !names.is_empty() && names.iter().all(has)
        };
        Ok(candidates.into_iter().find(fits).unwrap_or_default())
    }

    /// Columns whose tolerance has no effect, since rows without a key are the same or not.
    pub(super) fn tolerance_unused(&self) -> Vec<String> {
        let columns =
            self.columns.iter().filter(|column| self.key.is_empty() && column.is_number());
        columns
            .filter(|column| column.tolerance.is_some())
            .map(|column| column.name.clone())
            .collect()
    }

    /// Columns that the new run alone has, and the old.
    pub(super) fn columns_of_one(&self) -> Sides<Vec<String>> {
        let only = |file: &TableFile, other: &TableFile| {
            let names = file.columns.iter().map(|(name, _)| name);
            names.filter(|name| other.kind(name).is_none()).cloned().collect()
        };
        Sides {
            old: only(&self.files.old, &self.files.new),
            new: only(&self.files.new, &self.files.old),
        }
    }

    /// Columns of another type in each run.
    pub(super) fn retyped(&self) -> BTreeMap<String, Sides<String>> {
        let columns = self.key.iter().chain(&self.columns).filter(|column| !column.kinds.is_same());
        columns.map(|column| (column.name.clone(), column.kinds.map(Kind::to_string))).collect()
    }
}

impl TableFile {
    /// Whether the rows are records: as the file says, or, in one of an earlier version,
    /// as its columns do.
    fn is_of_records(&self) -> bool {
        match &self.about.rows {
            Some(rows) => rows == "record",
            None => !(self.kind("record_id").is_some() && self.kind("ordinal").is_some()),
        }
    }
}
