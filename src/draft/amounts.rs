//! Which of the quantities of `std` the values of a key are, told by the mill of a run.

use std::cell::{OnceCell, RefCell};

use super::ladder::{FEW, number_option};
use super::toml::string;
use super::values::Values;
use super::words::Marks;
use crate::diagnostic::{Diagnostics, Severity};
use crate::mill::{Mill, Scratch};
use crate::schema::{Schema, SchemaSource, parse};

/// How many different values are looked at, if the first few tell that it is worth its time.
const MANY: usize = 2000;

/// The quantities that are tried.
pub(super) struct Amounts<'w> {
    names: &'w [String],
    /// With the marks that the quantities have themselves, then with a decimal comma.
    probes: Vec<(Option<&'w Marks>, OnceCell<Option<Probe>>)>,
}

struct Probe {
    schema: Schema,
    mill: Mill,
    scratch: RefCell<Scratch>,
}

impl<'w> Amounts<'w> {
    pub(super) fn new(names: &'w [String], marks: &'w [Marks]) -> Self {
        let commas = marks.iter().filter(|marks| marks.decimal == ',').map(Some);
        let probes = std::iter::once(None).chain(commas);
        Self { names, probes: probes.map(|marks| (marks, OnceCell::new())).collect() }
    }

    /// What the columns of a quantity have behind the name of its field.
    pub(super) fn columns(&self, quantity: &str) -> impl Iterator<Item = &str> {
        let probe = self.probes.iter().find_map(|(_, probe)| probe.get()?.as_ref());
        let place = self.names.iter().position(|name| name == quantity);
        let field = probe.zip(place).and_then(|(probe, n)| probe.schema.fields.get(n));
        let slots = field.map_or(&[][..], |field| field.cells.slots());
        slots.iter().map(|slot| slot.column.as_str()).filter(|column| !column.is_empty())
    }

    /// Whether a text may be an amount: a figure, and something more.
    pub(super) fn looks(text: &str) -> bool {
        text.chars().count() <= 40
            && text.contains(|c: char| c.is_ascii_digit())
            && !text.contains([';', '|', '；', '、'])
            && text.contains(|c: char| !c.is_ascii_digit() && !".,-+".contains(c))
    }

    /// The quantity of values that all begin with a figure and have more than that, if it is one of them alone, and the
    /// marks of its numbers where they are not those of the quantity.
    pub(super) fn of(&self, values: &Values) -> Option<(&'w str, Option<&'w Marks>)> {
        if values.distinct.len() < 2 || !values.held(Self::looks).holds() {
            return None;
        }
        // A probe takes its time: one of commas is made where there are some.
        let has_comma = values.distinct.keys().take(MANY).any(|text| {
            let mut behind = text.split(',').skip(1);
            behind.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        let probes = self.probes.iter().filter(|(marks, _)| marks.is_none() || has_comma);
        probes.into_iter().find_map(|(marks, probe)| {
            let probe = probe.get_or_init(|| Probe::new(self.names, *marks)).as_ref()?;
            Some((self.alone(values, probe)?, *marks))
        })
    }

    /// The quantity that reads the values, if no other one does.
    fn alone(&self, values: &Values, probe: &Probe) -> Option<&'w str> {
        let mut found = self.names.iter().enumerate().filter(|(n, _)| {
            let read = |text: &String| probe.reads(*n, text);
            let few = values.distinct.keys().take(FEW);
            let (all, yes) =
                (values.distinct.len().min(FEW), few.filter(|text| read(text)).count());
            yes * 20 >= all * 19 && {
                let many = values.distinct.keys().take(MANY);
                let all = values.distinct.len().min(MANY);
                (all - many.filter(|text| read(text)).count()) * 200 <= all
            }
        });
        let (_, first) = found.next()?;
        found.next().is_none().then_some(first.as_str())
    }
}

impl Probe {
    fn new(names: &[String], marks: Option<&Marks>) -> Option<Self> {
        let mut text = String::from(
            "recordmill = 1\nname = \"draft\"\nuses = [\"std\"]\n[source]\nformat = \"json-lines\"\n",
        );
        let number = marks.map(|marks| number_option(marks.decimal, &marks.group));
        let number = number.unwrap_or_default();
        for (n, name) in names.iter().enumerate() {
            let name = string(name);
            text.push_str(&format!(
                "[fields.f{n}]\nkey = \"f{n}\"\ntype = \"quantity\"\nquantity = {name}\n{number}\n"
            ));
        }
        text.push_str("[tables.record]\nrows = \"record\"\ncolumns = [\"record_id\"]\n");
        let schema = parse(&SchemaSource { name: "draft".to_owned(), text }).0?;
        let mill = Mill::new(&schema);
        Some(Self { schema, mill, scratch: RefCell::default() })
    }

    /// Whether a text with a figure is read without a word.
    fn reads(&self, n: usize, text: &str) -> bool {
        let mut diagnostics = Diagnostics::new(&self.schema.policy);
        let scratch = &mut *self.scratch.borrow_mut();
        self.mill.value(n, Some(text), scratch, &mut diagnostics, |_, diagnostics| {
            diagnostics.since(0).iter().all(|finding| finding.severity < Severity::Warning)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_one_that_reads_every_value() {
        let names =
            ["bytes", "duration", "percentage", "money", "length", "mass"].map(String::from);
        let commas = [Marks { decimal: ',', group: ".".to_owned() }];
        let amounts = Amounts::new(&names, &commas);
        let of = |texts: &[&str]| {
            let mut values = Values::default();
            for text in texts {
                values.add(text, None, 0);
            }
            amounts.of(&values).map(|(name, marks)| {
                assert_eq!(marks.is_some(), texts[0].contains(','), "{texts:?}");
                name
            })
        };
        assert_eq!(of(&["12 kg", "3-5 kg", "about 400 g", "> 2 t"]), Some("mass"));
        assert_eq!(of(&["512 MiB", "1.5 GiB", "12 kB"]), Some("bytes"));
        assert_eq!(of(&["10%", "12.5 %", "3-4%"]), Some("percentage"));
        assert_eq!(of(&["12 EUR", "8-10 EUR", "900 EUR"]), Some("money"));
        assert_eq!(of(&["1 h", "90 min", "2 h 5 min"]), Some("duration"));
        assert_eq!(of(&["1,25 kg", "12 kg", "3,5-5 kg", "1.200,5 g"]), Some("mass"));
        assert_eq!(of(&["1.200,00 €", "12,50 €", "900 €"]), Some("money"));
        assert_eq!(of(&["12 apples", "3 pears", "4 plums"]), None);
        assert_eq!(of(&["12 kg", "13 kg", "ox 14"]), None);
    }
}
