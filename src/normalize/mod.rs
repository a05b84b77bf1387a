//! From raw cells to typed cells.
//!
//! In: an [`Extracted`] record. Out: a [`Row`]: typed cells by slot, and the
//! rows of its lists. A text that cannot be typed becomes null and a finding
//! that keeps it.

mod name;
mod number;
mod outline;
mod quantity;
mod words;

pub use number::parse_number;
pub use quantity::{Figures, QuantityPlan, Reading, Taking};

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostics};
use crate::extract::{Extracted, Raw};
use crate::schema::model::{Field, FieldKind, Layout};
use crate::schema::{Schema, Takers};
use crate::source::Span;
use crate::value::{Cell, Value};

/// The typed cells of a record.
#[derive(Clone, Debug, Default)]
pub struct Row<'r> {
    /// The cells by slot; see [`Layout`].
    pub cells: Vec<Cell<'r>>,
    /// For each field the rows of its items; empty for scalar fields.
    pub items: Vec<Items<'r>>,
    /// The kind of the record, where the schema has kinds.
    pub kind: Option<usize>,
}

/// The rows of a list.
#[derive(Clone, Debug, Default)]
pub struct Items<'r> {
    /// How many cells a row has.
    pub width: usize,
    /// The cells, row after row.
    pub cells: Vec<Cell<'r>>,
}

impl<'r> Items<'r> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell<'r>]> {
        self.cells.chunks_exact(self.width.max(1))
    }
}

/// What a worker remembers from record to record: values of a dump recur, and
/// a quantity that was read once need not be read again.
#[derive(Debug, Default)]
pub struct Memo {
    quantities: FxHashMap<(usize, String), Reading>,
}

/// How many readings a worker remembers.
const REMEMBERED: usize = 4096;
/// The longest text, in bytes, that is remembered.
const MEMORABLE: usize = 256;

/// The compiled plan of the stage.
#[derive(Debug)]
pub struct Plan {
    fields: Vec<FieldPlan>,
    quantities: Vec<QuantityPlan>,
    layout: Layout,
}

#[derive(Debug)]
struct FieldPlan {
    name: String,
    demand: std::ops::Range<usize>,
    base: usize,
    /// The places among the takers of what its quantity or outline reads, of the
    /// texts that are read, and of the patterns that infer a name.
    read: usize,
    values: usize,
    infer: usize,
    kind: KindPlan,
}

#[derive(Debug)]
enum KindPlan {
    Text,
    Boolean(words::Boolean),
    Flag(words::Flag),
    Enum(FxHashMap<String, String>),
    Integer,
    Decimal,
    List,
    TupleList(words::TuplePlan),
    Outline(outline::OutlinePlan),
    Quantity(usize),
    Name(name::NamePlan),
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let layout = Layout::of(&schema.fields);
        let takers = Takers::new(schema);
        let fields = schema
            .fields
            .iter()
            .zip(&layout.base)
            .enumerate()
            .map(|(idx, (field, &base))| FieldPlan {
                name: field.name.clone(),
                demand: field.span.clone(),
                base,
                read: takers.read[idx],
                values: takers.values[idx],
                infer: takers.infer[idx],
                kind: KindPlan::new(schema, field),
            })
            .collect();
        Self {
            fields,
            quantities: schema.quantities.iter().map(QuantityPlan::new).collect(),
            layout,
        }
    }

    /// Types the cells of a record. `stem` is the file name without extension,
    /// for a name that only the file has.
    pub fn run<'r>(
        &'r self,
        raw: &Extracted<'r>,
        stem: Option<&'r str>,
        memo: &mut Memo,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Row<'r> {
        let mut row = Row {
            cells: vec![Cell::default(); self.layout.width],
            items: vec![Items::default(); self.fields.len()],
            kind: raw.kind,
        };
        for (idx, field) in self.fields.iter().enumerate() {
            let value = &raw.fields[idx];
            let span = value.span().unwrap_or_default();
            match &field.kind {
                KindPlan::List => row.items[idx] = list(raw, value),
                KindPlan::Outline(plan) => {
                    let first = field.read;
                    row.items[idx] = plan.run(raw, |style| diagnostics.took(first + style));
                }
                KindPlan::TupleList(plan) => {
                    row.items[idx] = field.tuples(plan, raw, value, diagnostics);
                }
                KindPlan::Quantity(quantity) => {
                    let cells = &mut row.cells[field.base..field.base + 5];
                    self.quantity(field, *quantity, value, memo, cells, diagnostics);
                }
                KindPlan::Name(plan) => {
                    let first = field.infer;
                    let found =
                        plan.find(raw, value, stem, |pattern| diagnostics.took(first + pattern));
                    if let Some((winner, loser)) = found.disputed {
                        let finding = diagnostics.report(
                            Code::NAME_DISPUTED,
                            loser.1,
                            format!("the text begins with `{}`, others with `{winner}`", loser.0),
                        );
                        finding.field = Some(field.name.clone());
                        finding.raw = Some(loser.0.to_owned());
                    }
                    if let Some(name) = found.name {
                        row.cells[field.base] = Cell::new(Value::text(name.text), name.span);
                        row.cells[field.base + 1] = Cell::new(Value::text(name.source), name.span);
                    } else if raw.fields.iter().any(Raw::is_present) {
                        let place = raw.fields.iter().find_map(Raw::span).unwrap_or_default();
                        let finding = diagnostics.report(
                            Code::NAME_NOT_FOUND,
                            Span { start: place.start, end: place.start },
                            "neither a key nor the texts of the record give its name",
                        );
                        finding.field = Some(field.name.clone());
                        finding.demand = Some(field.demand.clone());
                    }
                }
                _ => {
                    if let Raw::Value(text, _) = value {
                        row.cells[field.base] =
                            Cell::new(field.scalar(text, span, diagnostics), span);
                    } else {
                        row.cells[field.base].span = span;
                    }
                }
            }
        }
        row
    }

    fn quantity<'r>(
        &'r self,
        field: &FieldPlan,
        quantity: usize,
        value: &Raw<'r>,
        memo: &mut Memo,
        cells: &mut [Cell<'r>],
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let span = value.span().unwrap_or_default();
        let Raw::Value(text, _) = value else {
            cells[1] = Cell::new(Value::text("unknown"), span);
            return;
        };
        let plan = &self.quantities[quantity];
        let reading = if text.len() > MEMORABLE {
            plan.read(text)
        } else if let Some(known) = memo.quantities.get(&(quantity, (*text).to_owned())) {
            known.clone()
        } else {
            let reading = plan.read(text);
            if memo.quantities.len() >= REMEMBERED {
                memo.quantities.clear();
            }
            memo.quantities.insert((quantity, (*text).to_owned()), reading.clone());
            reading
        };
        let mut took = reading.took;
        while took != 0 {
            diagnostics.took(field.read + took.trailing_zeros() as usize);
            took &= took - 1;
        }
        diagnostics.took(field.values);
        if let Some((first, last)) = &reading.reversed {
            let finding = diagnostics.report(
                Code::RANGE_REVERSED,
                span,
                format!("the range runs from {first} to {last}; its ends are swapped"),
            );
            finding.field = Some(field.name.clone());
            finding.raw = Some((*text).to_owned());
        }
        if reading.figure_not_read {
            let finding = diagnostics.report(
                Code::FIGURE_NOT_READ,
                span,
                format!(
                    "`{}` holds a figure, but no {} that the schema can read",
                    field.name,
                    plan.name()
                ),
            );
            finding.field = Some(field.name.clone());
            finding.raw = Some((*text).to_owned());
            finding.demand = Some(field.demand.clone());
        }
        cells[0] = Cell::new(Value::text(text), span);
        cells[1] = Cell::new(Value::text(plan.kind(&reading)), span);
        if let Some(figures) = reading.figures {
            cells[2] = Cell::new(Value::decimal(figures.min), span);
            cells[3] = Cell::new(Value::decimal(figures.max), span);
            cells[4] = Cell::new(Value::Boolean(figures.approx), span);
        }
    }

    /// The plan of a kind of quantity.
    #[must_use]
    pub fn quantity_plan(&self, idx: usize) -> &QuantityPlan {
        &self.quantities[idx]
    }
}

impl KindPlan {
    fn new(schema: &Schema, field: &Field) -> Self {
        match &field.kind {
            FieldKind::Text => Self::Text,
            FieldKind::Boolean { yes, no } => Self::Boolean(words::Boolean::new(yes, no)),
            FieldKind::Flag { yes, no } => Self::Flag(words::Flag::new(yes.as_ref(), no.as_ref())),
            FieldKind::Enum(words) => Self::Enum(words.iter().cloned().collect()),
            FieldKind::Integer => Self::Integer,
            FieldKind::Decimal => Self::Decimal,
            FieldKind::List { .. } => Self::List,
            FieldKind::TupleList { syntax, members, unwrap, brackets, overlap, .. } => {
                let members = members.len();
                let plan = words::TuplePlan::new(syntax, members, unwrap, brackets, *overlap);
                Self::TupleList(plan)
            }
            FieldKind::Outline { texts, outline } => {
                Self::Outline(outline::OutlinePlan::new(schema, texts, *outline))
            }
            FieldKind::Quantity(idx) => Self::Quantity(*idx),
            FieldKind::Name { infer, support, file } => {
                Self::Name(name::NamePlan::new(infer, support, file.as_ref()))
            }
        }
    }
}

/// The integers that a double can hold without a gap reach up to this.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl FieldPlan {
    /// Types a text that has one cell.
    fn scalar<'r>(
        &'r self,
        text: &'r str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Value<'r> {
        let (code, message) = match &self.kind {
            KindPlan::Boolean(words) => match words.read(text) {
                Some(value) => return Value::Boolean(value),
                None => (
                    Code::UNKNOWN_WORD,
                    format!("expected {}, found `{}`", words.expected(), short(text)),
                ),
            },
            KindPlan::Flag(flag) => return flag.read(text).map_or(Value::Null, Value::Boolean),
            KindPlan::Enum(words) => match words.get(text) {
                Some(value) => return Value::text(value),
                None => (
                    Code::UNKNOWN_WORD,
                    format!("`{}` is none of the words of `{}`", short(text), self.name),
                ),
            },
            KindPlan::Integer => match parse_number(text) {
                Some(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "the number is whole and in range"
                    )]
                    return Value::Integer(number as i64);
                }
                Some(number) if number.fract() == 0.0 => (
                    Code::OUT_OF_RANGE,
                    format!("`{}` is too large for a whole number", short(text)),
                ),
                _ => (
                    Code::NOT_A_NUMBER,
                    format!("expected a whole number, found `{}`", short(text)),
                ),
            },
            KindPlan::Decimal => match parse_number(text) {
                Some(number) => return Value::Decimal(number),
                None => (Code::NOT_A_NUMBER, format!("expected a number, found `{}`", short(text))),
            },
            _ => return Value::text(text),
        };
        let finding = diagnostics.report(code, span, message);
        finding.field = Some(self.name.clone());
        finding.raw = Some(text.to_owned());
        finding.demand = Some(self.demand.clone());
        Value::Null
    }

    fn tuples<'r>(
        &self,
        plan: &words::TuplePlan,
        raw: &Extracted<'r>,
        value: &Raw<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Items<'r> {
        let mut items = Items { width: plan.width(), cells: Vec::new() };
        let Raw::Tuples(range, _) = value else {
            return items;
        };
        for tuple in &raw.tuples[range.clone()] {
            if plan.push(tuple, &mut items.cells) {
                continue;
            }
            let finding = diagnostics.report(
                Code::TUPLE_ARITY,
                tuple.span,
                format!(
                    "expected {} members in a tuple, found {}",
                    plan.expected(),
                    tuple.members.len()
                ),
            );
            finding.field = Some(self.name.clone());
            finding.raw = Some(tuple.raw.to_owned());
            finding.demand = Some(self.demand.clone());
        }
        items
    }
}

fn list<'r>(raw: &Extracted<'r>, value: &Raw<'r>) -> Items<'r> {
    let mut items = Items { width: 2, cells: Vec::new() };
    if let Raw::Items(range, _) = value {
        items.cells.reserve(range.len() * 2);
        for item in &raw.items[range.clone()] {
            items.cells.push(Cell::new(Value::text(item.text), item.span));
            items.cells.push(Cell::new(Value::Boolean(item.truncated), item.span));
        }
    }
    items
}

/// No more of a text than a message can carry.
fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((cut, _)) => Cow::Owned(format!("{}…", &text[..cut])),
        None => Cow::Borrowed(text),
    }
}
