//! The checks on tables, one file each: its options in the schema, what they
//! resolve to, what it keeps of a batch and of a run, and what it says.
//!
//! A check is added by its file and a line in `checks!`. The file has `Options`,
//! the options as written, and `Check`, which is a `TableCheck` and comes to a
//! `Fold`. Nothing else knows the kinds of checks one by one.
//!
//! What must hold: merging the partials of batches in input order gives the same
//! as one batch of all records would.

pub mod condition;
pub mod distinct_count;
pub mod freshness;
pub mod match_ratio;
pub mod mean;
pub mod near_duplicate;
pub mod null_ratio;
pub mod quantile;
pub mod reference;
pub mod row_count;
pub mod sql;
pub mod unique;
pub mod value_share;

use std::fmt::Debug;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::place::{Keys, KnownBy, Locator, RecordLines, RowPlace, Spot, span_of};
use super::terms::Terms;
use super::{CheckPlan, Failed, Frames, Measured, RecordContext};
use crate::data::Row;
use crate::data::Value;
use crate::diagnostic::{Code, Finding, Located, Policy};
#[cfg(feature = "tables")]
use crate::lang::Fault;
use crate::lang::tagged::{Tag, tagged};
use crate::schema::model::ColumnRef;
use crate::schema::{Schema, Scope};
use crate::table::{self, RowRef};
use crate::verdict::Criteria;

/// What the limits of a check bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// A figure: `min` and `max`. The check needs a limit.
    Figure(Figures),
    /// Failures among many: `count` and `share`.
    Failures,
    /// Nothing: what bounds the check is an option of its own, by this name.
    Own(&'static str),
}

/// Which figures there are: a bound beyond all of them says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figures {
    /// Any number.
    Numbers,
    /// None below 0.
    Counts,
    /// From 0 to 1.
    Shares,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A table.
    Table(usize),
    /// A column.
    Column(ColumnRef),
    /// A field.
    Field(usize),
    /// The run as a whole.
    Run,
}

impl Subject {
    /// The table or the field by its name.
    #[must_use]
    pub fn name(self, schema: &Schema) -> Option<String> {
        match self {
            Self::Table(table) | Self::Column(ColumnRef { table, .. }) => {
                Some(schema.tables[table].name.clone())
            }
            Self::Field(field) => Some(schema.fields[field].name.clone()),
            Self::Run => None,
        }
    }
}

/// A kind of check, in the language and in the schema.
pub(super) trait TableCheck: Clone + Debug + Sized {
    /// The options as written.
    type Options;
    /// What a run has of it.
    type Fold: Fold;
    /// The code of its findings.
    const CODE: &'static Code;
    /// What its limits bound.
    const BOUNDS: Bounds;
    /// What it measures, as messages call it.
    const FIGURE: &'static str = "";

    /// Resolves the options; none if there is a fault.
    fn resolve(options: &Self::Options, scope: &mut Scope<'_, '_>) -> Option<Self>;

    /// What stands behind its word where the schema gives it no name.
    fn title(options: &Self::Options) -> String;

    /// What it is about.
    fn subject(&self) -> Subject;

    /// What is expected of each that it looks at, in words; none where its limits bound a figure.
    fn expected(&self, _: &Schema) -> Option<String> {
        None
    }

    /// Compiles it.
    fn compile(&self, schema: &Schema) -> Self::Fold;

    /// What is wrong with it that shows only on tables, which have no rows.
    #[cfg(feature = "tables")]
    fn try_out(&self, _: &Schema, _: &Frames) -> Option<Fault> {
        None
    }
}

/// A compiled check: what it keeps of batches, and what they come to.
pub(super) trait Fold: Debug {
    /// What it keeps of a batch.
    type Partial: Debug + Default + Send + Serialize + DeserializeOwned;
    /// What it keeps of a run.
    type State: Default;
    /// Whether it must find the place of a row again when batches are merged.
    const PLACES: bool = false;
    /// Whether it needs the tables of a batch as data frames.
    const FRAMES: bool = false;
    /// Whether what it keeps of a batch can go to another process.
    const MOVES: bool = true;

    /// Whether it must find records by their ids at the end.
    const RECORDS: bool = false;

    /// The rows whose places it may ask for when batches are merged.
    fn places(_: &Self::Partial) -> Vec<&RowPlace> {
        Vec::new()
    }

    /// Adds the rows of a record.
    fn push(&self, _: &mut Self::Partial, _: &RecordRows<'_>) {}

    /// Looks at the tables of a batch. What fails there is found there.
    fn look(
        &self,
        _: &CheckPlan,
        _: &mut Self::Partial,
        _: &Frames,
        _: &Keys,
        _: &mut Vec<Failed>,
    ) {
    }

    /// Adds a batch, in input order.
    fn merge(
        &self,
        state: &mut Self::State,
        partial: Self::Partial,
        places: &mut Locator<'_>,
        out: &mut Output<'_>,
    );

    /// What the run comes to.
    fn finish(&self, state: &mut Self::State, end: &End<'_>, out: &mut Output<'_>) -> Measured;
}

/// What is known at the end of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct End<'e> {
    /// What the checks refer to.
    pub(crate) terms: &'e Terms,
    /// The place of the check among the checks.
    pub(crate) check: usize,
    /// Where each record stands, for queries.
    pub(crate) records: &'e super::place::RecordPlaces,
}

/// Where a check puts what it finds.
pub(super) struct Output<'o> {
    check: &'o CheckPlan,
    policy: &'o Policy,
    /// The paths of the sources.
    names: &'o [&'o str],
    found: &'o mut Vec<Located>,
}

impl Output<'_> {
    /// A finding of the check.
    pub(crate) fn finding(&self, message: String) -> Finding {
        self.check.finding(self.policy, message)
    }

    /// The path of a source and a line, as messages show them.
    pub(crate) fn place(&self, (source, line): (crate::source::SourceId, u64)) -> String {
        format!("{}:{line}", self.names[source.index()])
    }

    /// Adds a finding at a place.
    pub(crate) fn report(&mut self, spot: Spot, finding: Finding, by: KnownBy<'_>) {
        self.found.push(spot.locate(finding, &self.check.name, by));
    }

    /// Adds a finding about the run.
    pub(crate) fn report_of_run(&mut self, finding: Finding) {
        self.found.push(super::place::of_run(finding, &self.check.name));
    }
}

/// The rows that a record has.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordRows<'a> {
    tables: &'a table::Plan,
    terms: &'a Terms,
    context: &'a RecordContext<'a>,
    row: &'a Row<'a>,
    /// The place of the check among the checks.
    check: usize,
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowView<'a> {
    rows: RecordRows<'a>,
    table: usize,
    place: RowRef<'a>,
}

impl<'a> RecordRows<'a> {
    /// How many rows it has in a table.
    pub(crate) fn count(&self, table: usize) -> u64 {
        self.tables.rows(table, self.row).count() as u64
    }

    /// Its rows in a table.
    pub(crate) fn of(&self, table: usize) -> impl Iterator<Item = RowView<'a>> {
        let rows = *self;
        rows.tables.rows(table, rows.row).map(move |(item, cells)| RowView {
            rows,
            table,
            place: RowRef { record: rows.context.record, item, cells, row: rows.row },
        })
    }

    /// Counts their lines.
    pub(crate) fn lines(&self) -> RecordLines<'a> {
        RecordLines::new(self.context)
    }

    /// Looks at every value of a column.
    pub(crate) fn each(&self, of: ColumnRef, mut look: impl FnMut(&Value<'_>, &RowView<'a>)) {
        for row in self.of(of.table) {
            row.value(of.column, |value| look(value, &row));
        }
    }

    /// Whether a text, by its hash, is among the terms that the check refers to.
    pub(crate) fn is_term(&self, hash: u64) -> bool {
        self.terms.has(self.check, hash)
    }
}

impl RowView<'_> {
    /// Looks at the value of a column.
    pub(crate) fn value<R>(&self, column: usize, look: impl FnOnce(&Value<'_>) -> R) -> R {
        self.rows.tables.value(self.table, column, &self.place, look)
    }

    /// Where the row stands: at the first of the columns that stands somewhere,
    /// else at the start of its record.
    pub(crate) fn place(&self, columns: &[usize]) -> RowPlace {
        let columns = columns.iter().map(|column| self.rows.tables.column(self.table, *column));
        let span = columns
            .map(|column| span_of(column, self.place.cells))
            .find(|span| !span.is_empty())
            .unwrap_or_default();
        let item = self.rows.tables.is_of_items(self.table).then_some(self.place.item);
        RowPlace::new(self.rows.context.place, span, item)
    }
}

/// A compiled check of a run.
#[derive(Debug)]
struct Planned<F> {
    /// Its place among the checks.
    idx: usize,
    check: CheckPlan,
    fold: F,
}

/// Makes the words of the language and the run of all checks from their files.
macro_rules! checks {
    ($($word:literal => $variant:ident in $module:ident),+ $(,)?) => {
        tagged! {
            /// What must hold for a whole table, for the files or for the run.
            pub enum RawCheckKind: "RawCheck" by "check" {
                $($word => $variant($module::Options)),+
            }
        }

        impl RawCheckKind {
            /// Resolves the options of the check.
            pub(crate) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<CheckKind> {
                match self {
                    $(Self::$variant(options) => {
                        TableCheck::resolve(options, scope).map(CheckKind::$variant)
                    })+
                }
            }

            /// What the check is called where the schema does not say.
            pub(crate) fn title(&self) -> String {
                let behind = match self {
                    $(Self::$variant(options) => <$module::Check as TableCheck>::title(options),)+
                };
                if behind.is_empty() {
                    self.word().to_owned()
                } else {
                    format!("{} {behind}", self.word())
                }
            }

            /// What the limits of the check bound.
            pub(crate) fn bounds(&self) -> Bounds {
                match self {
                    $(Self::$variant(_) => <$module::Check as TableCheck>::BOUNDS,)+
                }
            }
        }

        /// What a check looks at.
        #[derive(Clone, Debug)]
        pub enum CheckKind {
            $(#[doc = concat!("`", $word, "`.")] $variant($module::Check),)+
        }

        impl CheckKind {
            /// The code of its findings.
            #[must_use]
            pub fn code(&self) -> &'static Code {
                match self {
                    $(Self::$variant(_) => <$module::Check as TableCheck>::CODE,)+
                }
            }

            /// What it is about.
            #[must_use]
            pub fn subject(&self) -> Subject {
                match self {
                    $(Self::$variant(check) => check.subject(),)+
                }
            }

            /// What is expected of each that it looks at, in words.
            #[must_use]
            pub fn expected(&self, schema: &Schema) -> Option<String> {
                match self {
                    $(Self::$variant(check) => check.expected(schema),)+
                }
            }

            /// What is wrong with it that shows only on tables.
            #[cfg(feature = "tables")]
            pub(super) fn try_out(&self, schema: &Schema, frames: &Frames) -> Option<Fault> {
                match self {
                    $(Self::$variant(check) => check.try_out(schema, frames),)+
                }
            }

            /// Whether it needs tables as data frames.
            pub(super) fn needs_frames(&self) -> bool {
                match self {
                    $(Self::$variant(_) => {
                        <<$module::Check as TableCheck>::Fold as Fold>::FRAMES
                    })+
                }
            }

            /// Whether it must find records by their ids.
            pub(super) fn needs_records(&self) -> bool {
                match self {
                    $(Self::$variant(_) => {
                        <<$module::Check as TableCheck>::Fold as Fold>::RECORDS
                    })+
                }
            }

            /// Whether what it keeps of a batch can go to another process.
            pub(super) fn moves(&self) -> bool {
                match self {
                    $(Self::$variant(_) => {
                        <<$module::Check as TableCheck>::Fold as Fold>::MOVES
                    })+
                }
            }

            /// Whether it must find the place of a row again.
            pub(super) fn needs_places(&self) -> bool {
                match self {
                    $(Self::$variant(_) => {
                        <<$module::Check as TableCheck>::Fold as Fold>::PLACES
                    })+
                }
            }
        }

        /// What the checks of a code measure, as messages call it.
        #[must_use]
        pub fn figure_of(code: &Code) -> Option<&'static str> {
            let known = [$((
                <$module::Check as TableCheck>::CODE,
                <$module::Check as TableCheck>::FIGURE,
            )),+];
            let figure = known.into_iter().find(|(known, _)| *known == code)?.1;
            (!figure.is_empty()).then_some(figure)
        }

        /// The compiled checks of a schema, kind by kind.
        #[derive(Debug, Default)]
        pub(super) struct Checks {
            $($module: Vec<Planned<<$module::Check as TableCheck>::Fold>>,)+
        }

        /// What the checks keep of a batch.
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(super) struct CheckPartials {
            $($module: Vec<<<$module::Check as TableCheck>::Fold as Fold>::Partial>,)+
        }

        /// What the checks keep of a run.
        #[derive(Default)]
        pub(super) struct CheckStates {
            $($module: Vec<<<$module::Check as TableCheck>::Fold as Fold>::State>,)+
        }

        impl CheckPartials {
            /// The rows whose places merging may ask for.
            pub(super) fn places(&self) -> Vec<&RowPlace> {
                let mut places = Vec::new();
                $(for partial in &self.$module {
                    places.extend(<<$module::Check as TableCheck>::Fold as Fold>::places(partial));
                })+
                places
            }
        }

        impl Checks {
            pub(super) fn new(schema: &Schema) -> Self {
                let criteria = Criteria::new(schema);
                let mut checks = Self::default();
                for (idx, check) in schema.checks.iter().enumerate() {
                    let plan = CheckPlan::new(schema, &criteria, idx);
                    match &check.kind {
                        $(CheckKind::$variant(kind) => checks.$module.push(Planned {
                            idx,
                            check: plan,
                            fold: kind.compile(schema),
                        }),)+
                    }
                }
                checks
            }

            pub(super) fn partials(&self) -> CheckPartials {
                CheckPartials {
                    $($module: self.$module.iter().map(|_| Default::default()).collect(),)+
                }
            }

            pub(super) fn states(&self) -> CheckStates {
                CheckStates {
                    $($module: self.$module.iter().map(|_| Default::default()).collect(),)+
                }
            }

            pub(super) fn push(
                &self,
                partials: &mut CheckPartials,
                (tables, terms): (&table::Plan, &Terms),
                context: &RecordContext<'_>,
                row: &Row<'_>,
            ) {
                $(for (planned, partial) in self.$module.iter().zip(&mut partials.$module) {
                    let rows = RecordRows { tables, terms, context, row, check: planned.idx };
                    planned.fold.push(partial, &rows);
                })+
            }

            pub(super) fn look(
                &self,
                partials: &mut CheckPartials,
                frames: &Frames,
                keys: &Keys,
            ) -> Vec<Failed> {
                let mut failed = Vec::new();
                $(for (planned, partial) in self.$module.iter().zip(&mut partials.$module) {
                    planned.fold.look(&planned.check, partial, frames, keys, &mut failed);
                })+
                failed
            }

            pub(super) fn merge(
                &self,
                states: &mut CheckStates,
                partials: CheckPartials,
                batch: &super::place::BatchPlaces,
                (policy, names): (&Policy, &[&str]),
            ) -> Vec<Located> {
                let mut found = Vec::new();
                $({
                    let each = self.$module.iter().zip(&mut states.$module).zip(partials.$module);
                    for ((planned, state), partial) in each {
                        let mut own = Vec::new();
                        let check = &planned.check;
                        let mut out = Output { check, policy, names, found: &mut own };
                        planned.fold.merge(state, partial, &mut Locator::new(batch), &mut out);
                        found.push((planned.idx, own));
                    }
                })+
                in_order(found)
            }

            pub(super) fn finish(
                &self,
                states: &mut CheckStates,
                (terms, records): (&Terms, &super::place::RecordPlaces),
                (policy, names): (&Policy, &[&str]),
            ) -> (Vec<Located>, Vec<Measured>) {
                let (mut found, mut measured) = (Vec::new(), Vec::new());
                $(for (planned, state) in self.$module.iter().zip(&mut states.$module) {
                    let mut own = Vec::new();
                    let check = &planned.check;
                    let mut out = Output { check, policy, names, found: &mut own };
                    let end = End { terms, check: planned.idx, records };
                    measured.push((planned.idx, planned.fold.finish(state, &end, &mut out)));
                    found.push((planned.idx, own));
                })+
                measured.sort_by_key(|(idx, _)| *idx);
                (in_order(found), measured.into_iter().map(|(_, measured)| measured).collect())
            }
        }
    };
}

checks! {
    "unique" => Unique in unique,
    "reference" => Reference in reference,
    "condition" => Condition in condition,
    "row-count" => RowCount in row_count,
    "null-ratio" => NullRatio in null_ratio,
    "distinct-count" => DistinctCount in distinct_count,
    "match-ratio" => MatchRatio in match_ratio,
    "mean" => Mean in mean,
    "quantile" => Quantile in quantile,
    "value-share" => ValueShare in value_share,
    "freshness" => Freshness in freshness,
    "sql" => Sql in sql,
    "near-duplicate" => NearDuplicate in near_duplicate,
}

/// What was found, in the order of the checks.
fn in_order(mut found: Vec<(usize, Vec<Located>)>) -> Vec<Located> {
    found.sort_by_key(|(idx, _)| *idx);
    found.into_iter().flat_map(|(_, found)| found).collect()
}

/// A table, a column of it: how a check is called that looks at one column.
fn title_of(table: &crate::source::Spanned<String>, columns: &[&str]) -> String {
    if columns.is_empty() {
        table.value.clone()
    } else {
        format!("{}.{}", table.value, columns.join("+"))
    }
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 rows")]
fn figure(count: u64) -> f64 {
    count as f64
}

/// Texts of one batch, one behind the other.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Texts(String);

impl Texts {
    /// Adds a text. Returns where it stands.
    fn push(&mut self, text: &str) -> Range<usize> {
        let start = self.0.len();
        self.0.push_str(text);
        start..self.0.len()
    }

    fn get(&self, range: Range<usize>) -> &str {
        &self.0[range]
    }
}
