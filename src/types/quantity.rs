//! `quantity`: a number with a unit, a bound or a range in prose.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::number::notation;
use super::{Cells, FieldPlan, FieldType, Memo, Reader, RecordInfo, Scope, Slot};
use crate::data::{Cell, Extracted, Kind, Raw, Row, Spelling, Value};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{Notation, Quantity, QuantityPlan, Reading};
use crate::lang::{CountedPattern, RawNumber, Resolver};
use crate::source::Spanned;

/// A number with a unit, a bound or a range in prose. Five columns: the text, `_kind`,
/// `_<unit>_min`, `_<unit>_max` and `_approx`; a sixth, `_unit`, if the quantity has a
/// `unit-column`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The kind of quantity: one of `[quantities]`.
    pub quantity: Spanned<String>,
    /// How its figures are written: `{ decimal = ",", group = "." }`. By default as the quantity says, if this schema defines it; else as `number` of `[source]` says; else as the quantity does.
    pub number: Option<Spanned<RawNumber>>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<QuantityType> {
        let names: Vec<_> = scope.quantities.iter().map(|known| known.name.clone()).collect();
        let found = Resolver::named(&self.quantity, &names, "quantity", scope.resolver.faults);
        if let (None, Some(of_std), Some(fault)) =
            (found, std_quantity(&self.quantity.value), scope.resolver.faults.last_mut())
        {
            fault.help = Some(format!("`uses = [\"std\"]` brings the quantity `{of_std}`"));
        }
        let idx = found?;
        let mut quantity = Arc::clone(&scope.quantities[idx]);
        if self.number.is_some() || (quantity.number_yields && scope.number.is_some()) {
            let number = notation(self.number.as_ref(), scope);
            Arc::make_mut(&mut quantity).number = number;
        }
        let of_json = (quantity.number.decimal != Notation::default().decimal)
            .then(|| Arc::new(plan_of(&quantity, Spelling::JsonNumber)));
        Some(QuantityType { plan: Arc::new(QuantityPlan::new(&quantity)), of_json, quantity })
    }
}

/// What reads a quantity as it is written there: a number of JSON has its decimals behind a point, whatever the schema
/// says of texts.
pub(crate) fn plan_of(quantity: &Quantity, spelling: Spelling) -> QuantityPlan {
    match spelling {
        Spelling::Schema => QuantityPlan::new(quantity),
        Spelling::JsonNumber | Spelling::PythonNumber => {
            let number = Notation::default();
            QuantityPlan::new(&Quantity { number, ..quantity.clone() })
        }
    }
}

/// The quantity of `std` that a word means which is the name of none of the schema, or of a type.
pub(crate) fn std_quantity(word: &str) -> Option<&'static str> {
    Some(match word {
        "duration" => "duration",
        "period" => "period",
        "bytes" => "bytes",
        "percentage" | "percent" | "ratio" | "share" | "fraction" => "percentage",
        "money" | "currency" => "money",
        "length" => "length",
        "mass" | "weight" => "mass",
        "temperature" => "temperature",
        "fahrenheit" => "fahrenheit",
        _ => return None,
    })
}

/// A quantity, resolved.
#[derive(Clone, Debug)]
pub struct QuantityType {
    quantity: Arc<Quantity>,
    plan: Arc<QuantityPlan>,
    /// What reads numbers of JSON, where the schema has another decimal mark.
    of_json: Option<Arc<QuantityPlan>>,
}

impl FieldType for QuantityType {
    fn word(&self) -> &'static str {
        "quantity"
    }

    fn cells(&self) -> Cells {
        let unit = &self.quantity.unit;
        let slot = |key: &str, kind, description: &str| Slot {
            key: key.to_owned(),
            column: format!("_{key}"),
            description: Some(description.to_owned()),
            ..Slot::value(kind)
        };
        let figure = |key: &str, description: &str| {
            let own = slot(key, Kind::Float, description);
            if unit.is_empty() {
                return own;
            }
            Slot { column: format!("_{unit}_{key}"), unit: Some(unit.clone()), ..own }
        };
        let mut slots = vec![
            Slot::value(Kind::Text),
            slot(
                "kind",
                Kind::Text,
                "what the text says of {}: exact, range, at_least, at_most, several, unknown, text or a word of the schema",
            ),
            figure("min", "smallest figure of {}"),
            figure("max", "largest figure of {}"),
            slot("approx", Kind::Boolean, "whether the figures of {} are approximate"),
        ];
        if self.quantity.unit_column {
            slots.push(slot("unit", Kind::Text, "the unit of {} as it is written"));
        }
        Cells::Slots(slots)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(QuantityReader {
            plan: (*self.plan).clone(),
            of_json: self.of_json.as_deref().cloned(),
            quantity: Arc::clone(&self.quantity),
        })
    }

    fn patterns(&self, _: &str) -> Vec<CountedPattern> {
        let rules = self.quantity.rules.iter().map(|rule| CountedPattern {
            what: format!("rule `{}` of the quantity `{}`", rule.name, self.quantity.name),
            span: rule.span.clone(),
        });
        rules.collect()
    }

    fn figures(&self) -> std::ops::Range<usize> {
        2..4
    }

    fn counted(&self) -> Option<usize> {
        Some(1)
    }

    fn named_patterns(&self) -> Vec<String> {
        self.quantity.rules.iter().map(|rule| rule.name.clone()).collect()
    }

    fn quantity(&self) -> Option<&Arc<Quantity>> {
        Some(&self.quantity)
    }
}

#[derive(Clone, Debug)]
struct QuantityReader {
    plan: QuantityPlan,
    of_json: Option<QuantityPlan>,
    quantity: Arc<Quantity>,
}

/// How many readings of a field are remembered.
const REMEMBERED: usize = 4096;
/// The longest text, in bytes, that is remembered.
const MEMORABLE: usize = 256;

impl Reader for QuantityReader {
    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &mut Extracted<'r>,
        _: &RecordInfo<'r>,
        memo: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let value = &raw.fields[field.idx];
        let span = value.span().unwrap_or_default();
        let cells = &mut row.cells[field.base..];
        let Raw::Value(text, _) = value else {
            cells[1] = Cell::new(Value::text("unknown"), span);
            return;
        };
        if memo.readings.len() <= field.idx {
            memo.readings.resize_with(field.idx + 1, FxHashMap::default);
            memo.helps.resize_with(field.idx + 1, FxHashMap::default);
        }
        let remembered = &mut memo.readings[field.idx];
        let helps = &mut memo.helps[field.idx];
        let of_json =
            self.of_json.as_ref().filter(|_| raw.spelling(field.idx) == Spelling::JsonNumber);
        // A string with the same text may be another number.
        if of_json.is_some() || text.len() > MEMORABLE {
            let reading = of_json.unwrap_or(&self.plan).read(text);
            return self.fill(field, (text, span), &reading, cells, helps, diagnostics);
        }
        if let Some(reading) = remembered.get(*text) {
            return self.fill(field, (text, span), reading, cells, helps, diagnostics);
        }
        let reading = self.plan.read(text);
        self.fill(field, (text, span), &reading, cells, helps, diagnostics);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert((*text).into(), reading);
    }

    fn notation(&self) -> Option<&Notation> {
        Some(&self.quantity.number)
    }
}

impl QuantityReader {
    fn fill<'r>(
        &'r self,
        field: &FieldPlan,
        (text, span): (&'r str, crate::source::Span),
        reading: &Reading,
        cells: &mut [Cell<'r>],
        helps: &mut FxHashMap<Box<str>, Option<String>>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        for rule in &reading.matched {
            diagnostics.matched(field.usage.own + rule);
        }
        diagnostics.matched(field.usage.values);
        if let Some((first, last)) = &reading.reversed {
            let message = format!("the range runs from {first} to {last}; its ends are swapped");
            let finding = diagnostics.report(Code::RANGE_REVERSED, span, message);
            finding.field = Some(field.name.clone());
            finding.raw = Some(text.to_owned());
        }
        if let Some(trouble) = &reading.trouble {
            let (code, message) = self.plan.tell(trouble, &field.name, text);
            let finding = diagnostics.report(code, span, message);
            finding.help = self.plan.help_by(trouble, text, helps);
            finding.field = Some(field.name.clone());
            finding.raw = Some(text.to_owned());
            finding.schema_span = Some(field.span.clone());
        }
        cells[0] = Cell::new(Value::text(text), span);
        cells[1] = Cell::new(Value::text(self.plan.kind(reading)), span);
        if let Some(figures) = reading.figures {
            cells[2] = Cell::new(Value::float(figures.min), span);
            cells[3] = Cell::new(Value::float(figures.max), span);
            cells[4] = Cell::new(Value::Boolean(figures.approx), span);
        }
        if self.quantity.unit_column {
            let unit = reading.unit.clone();
            cells[5] = Cell::new(unit.map_or(Value::Null, |unit| Value::Text(unit.into())), span);
        }
    }
}
