//! Kinds of quantities: units, brackets, rules.

use super::Resolver;
use crate::diagnostic::Code;
use crate::grammar::{Notation, Quantity, QuantityKind, QuantityRule};
use crate::lang::{Fault, Pattern};
use crate::schema::raw::{RawCombine, RawQuantity};
use crate::source::Spanned;

/// What a rule that takes figures may have groups for.
const GROUPS: [&str; 6] = ["a", "b", "ua", "ub", "half", "scale"];

/// What counts as a figure where a quantity does not say it: `any_digit` of `std`, which need not be used, less raised
/// digits, which mark notes: `5 €¹`.
const DIGIT: &str = r"[[\p{Nd}\p{Nl}¼-¾⅐-⅞]--[〇]]|(?:%{han_digit}|[十百千万亿])分之(?:%{han_digit}|[0-9十廿卅卌])|^\s*(?:[\p{N}半]|%{han_digit}|%{han_unit})+(?:点%{han_digit}+)?\s*$";

/// What does with a unit behind it: `any_counted` of `std`.
const COUNTED: &str = r"(?:\p{No}\s*|半|(?:%{han_digit}|%{han_unit}|[廿卅卌])[几幾多余餘来]?\s*)(?:个[几幾多余餘来]?)?%{unit}";

/// Numerals of Chinese, as `std` has them.
const HAN: [(&str, &str); 2] = [
    ("han_digit", "[一二两三四五六七八九零〇壹贰叁肆伍陆柒捌玖兩]"),
    ("han_unit", "[十百千万亿拾佰仟萬億]"),
];

impl Resolver<'_> {
    /// Resolves a kind of quantity. `source` is how the source writes numbers, if it says
    /// so; `shared`, whether the quantity comes from another schema.
    pub(super) fn quantity(
        &mut self,
        name: &Spanned<String>,
        raw: &RawQuantity,
        source: Option<&Notation>,
        shared: bool,
    ) -> Quantity {
        let mut units: Vec<_> =
            raw.units.iter().map(|(word, factor)| (word.clone(), factor.value)).collect();
        for (word, factor) in &raw.units {
            if !(factor.value > 0.0 && factor.value.is_finite()) {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &factor.span,
                    format!("`{word}` cannot be {} of the column's unit", factor.value),
                )
                .help = Some("write how many of the column's unit it is: `\"h\" = 60`".to_owned());
            }
        }
        units.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        // A plain number is written without a unit: that is its unit then.
        if units.is_empty() && raw.unit.is_empty() {
            units.push((String::new(), 1.0));
        } else if units.is_empty() {
            self.fault(
                Code::SCHEMA_MISSING,
                &name.span,
                format!("the quantity `{}` has no `units`", name.value),
            )
            .help = Some(format!(
                "write each unit of the dump with how many `{unit}` it is, `units = {{ \"{unit}\" = 1 }}`; \
                 a plain number has `unit = \"\"` and needs no `units`",
                unit = raw.unit
            ));
        }
        let bare = units.iter().find(|(word, _)| word.is_empty() && raw.unit.is_empty());
        let bare_factor = bare.map(|(_, factor)| *factor);
        let unit = format!(
            "(?:{})",
            units.iter().map(|(word, _)| regex::escape(word)).collect::<Vec<_>>().join("|")
        );
        let extra = [("unit", unit.as_str())];
        let rules =
            raw.rules
                .iter()
                .map(|rule| {
                    let span = rule.span.clone();
                    let rule = &rule.value;
                    let pattern = self.pattern_with(&rule.pattern, &extra);
                    let kind = QuantityKind::of(&rule.kind.value);
                    match &kind {
                        QuantityKind::Range => {
                            self.groups(&pattern, &["a", "b"], &GROUPS);
                        }
                        // A slip in the word would make a rule that drops its figures.
                        QuantityKind::Word(word) => self.no_figure(&pattern, &rule.kind, word),
                        QuantityKind::Skip => {}
                        _ => self.groups(&pattern, &["a"], &GROUPS),
                    }
                    if let QuantityKind::Word(word) = &kind
                        && ["several", "unknown", "text"].contains(&word.as_str())
                    {
                        self.fault(
                            Code::SCHEMA_VALUE,
                            &rule.kind.span,
                            format!("a rule cannot have the kind `{word}`"),
                        )
                        .help = Some("that kind is worked out, not written".to_owned());
                    }
                    let figures = kind.takes_figures();
                    if let Some(unit) = rule.default_unit.as_ref().filter(|_| !figures) {
                        let message = "`default-unit` has no effect on a rule that takes no figure";
                        self.fault(Code::SCHEMA_UNUSED, &unit.span, message);
                    }
                    let takes_unit =
                        pattern.groups().flatten().any(|group| ["ua", "ub"].contains(&group));
                    if figures
                        && !takes_unit
                        && !pattern.text.is_empty()
                        && rule.default_unit.is_none()
                        && bare_factor.is_none()
                    {
                        self.fault(
                            Code::SCHEMA_MISSING,
                            &rule.pattern.span,
                            format!(
                                "the rule `{}` reads no figure: it has no unit and no `default-unit`",
                                rule.name.value
                            ),
                        )
                        .help = Some(
                            "write `(?<ua>%{unit})` where the unit stands, or the unit as `default-unit`; \
                             `kind = \"skip\"` if it is no quantity"
                                .to_owned(),
                        );
                    }
                    let default_factor = rule.default_unit.as_ref().and_then(|unit| {
                        let found = units
                            .iter()
                            .find(|(word, _)| *word == unit.value)
                            .map(|(_, factor)| *factor);
                        if found.is_none() {
                            let fault = Fault::new(
                                Code::SCHEMA_REFERENCE,
                                unit.span.clone(),
                                format!("no unit is written `{}`", unit.value),
                            );
                            self.faults.push(fault.with_words(
                                &unit.value,
                                units.iter().map(|(word, _)| word.as_str()),
                            ));
                        }
                        found
                    });
                    let default_factor = default_factor.or(bare_factor.filter(|_| figures));
                    let examples = Self::examples(rule.examples.as_ref());
                    self.wants_examples(
                        &examples,
                        &rule.name.span,
                        &format!("the rule `{}`", rule.name.value),
                    );
                    QuantityRule {
                        name: rule.name.value.clone(),
                        kind,
                        pattern,
                        default_factor,
                        examples,
                        span,
                    }
                })
                .collect();
        if let Some(joint) = raw.joint.as_ref().filter(|_| raw.combine.is_none()) {
            let message = "`joint` has no effect: the quantity adds no figures";
            self.fault(Code::SCHEMA_UNUSED, &joint.span, message).help =
                Some("add `combine = \"sum\"`".to_owned());
        }
        let number = match &raw.number {
            Some(raw) => Some(Notation::resolve(raw, self)),
            None => source.filter(|_| !shared).cloned(),
        };
        Quantity {
            name: name.value.clone(),
            description: raw.description.clone(),
            unit: raw.unit.clone(),
            brackets: self.brackets(&raw.brackets),
            approximate: raw.approximate.as_ref().map(|pattern| self.pattern_with(pattern, &extra)),
            figure: self.figure(name, raw, &extra, units.iter().any(|(word, _)| word.is_empty())),
            number: number.unwrap_or_default(),
            number_yields: shared || raw.number.is_none(),
            joint: raw.joint.as_ref().map(|pattern| self.pattern(pattern)),
            sum: raw.combine == Some(RawCombine::Sum),
            unit_column: raw.unit_column.unwrap_or_default(),
            units,
            rules,
        }
    }

    /// What counts as a figure: what the quantity says, else what it does in those of `std`. An empty text says that
    /// nothing does.
    fn figure(
        &mut self,
        name: &Spanned<String>,
        raw: &RawQuantity,
        extra: &[(&str, &str)],
        bare: bool,
    ) -> Option<Pattern> {
        if let Some(pattern) = &raw.figure {
            let said = (!pattern.value.is_empty()).then_some(pattern)?;
            return Some(self.pattern_with(said, extra));
        }
        // Where a unit is an empty text, no numeral of Chinese is told from other characters.
        let text = if bare { DIGIT.to_owned() } else { format!("{DIGIT}|{COUNTED}") };
        let pieces: Vec<_> = extra.iter().chain(&HAN).copied().collect();
        Some(self.pattern_with(&Spanned::new(text, name.span.clone()), &pieces))
    }

    /// Refuses groups of figures where the kind is a word that says something without one.
    fn no_figure(&mut self, pattern: &Pattern, kind: &Spanned<String>, word: &str) {
        let Some(group) = pattern.groups().flatten().find(|group| GROUPS.contains(group)) else {
            return;
        };
        let message =
            format!("the kind `{word}` takes no figure, and the pattern has the group `{group}`");
        let fault = Fault::new(Code::SCHEMA_VALUE, kind.span.clone(), message);
        self.faults.push(fault.with_words(word, QuantityKind::WORDS));
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Pattern;
    use crate::prove::prove;
    use crate::schema::{Schema, SchemaSource, parse};

    fn quantity(text: &str) -> (Option<Schema>, Vec<String>) {
        let text = format!(
            "recordmill = 1\nname = \"q\"\n[source]\nformat = \"csv\"\n[fields.q]\nkey = \"q\"\n\
             type = \"quantity\"\nquantity = \"q\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"q\"]\n\
             [quantities.q]\n{text}"
        );
        let (schema, faults) = parse(&SchemaSource { name: "q".to_owned(), text });
        let errors = faults.into_iter().filter(crate::lang::Fault::is_error);
        let told =
            errors.map(|fault| format!("{} ({})", fault.message, fault.help.unwrap_or_default()));
        (schema, told.collect())
    }

    fn rule(kind: &str, pattern: &str) -> String {
        format!(
            "rules = [{{ name = \"r\", kind = \"{kind}\", pattern = '{pattern}', \
             examples = {{ accept = [{{ text = \"5\" }}], refuse = [\"x\"] }} }}]\n"
        )
    }

    #[test]
    fn a_rule_whose_figures_can_have_no_unit_is_a_fault() {
        let mg = "unit = \"mg\"\nunits = { mg = 1 }\n";
        let (_, told) = quantity(&format!("{mg}{}", rule("exact", r"(?<a>\d+)")));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("it has no unit and no `default-unit` (write `(?<ua>%{unit})`"));
        let fine = [
            format!("{mg}{}", rule("exact", r"(?<a>\d+)(?<ua>%{unit})?")),
            format!("{mg}{}", rule("skip", r"(?<a>\d+)")),
            format!("unit = \"\"\n{}", rule("exact", r"(?<a>\d+)")),
            format!("unit = \"\"\nunits = {{ \"\" = 1 }}\n{}", rule("at_least", r"(?<a>\d+)")),
        ];
        for text in fine {
            assert_eq!(quantity(&text).1, [""; 0], "{text}");
        }
    }

    #[test]
    fn a_word_that_takes_no_figure_has_no_group_for_one() {
        let mg = "unit = \"mg\"\nunits = { mg = 1 }\n";
        let (_, told) =
            quantity(&format!("{mg}{}", rule("at-least", r"> ?(?<a>\d+) ?(?<ua>%{unit})")));
        assert_eq!(
            told,
            ["the kind `at-least` takes no figure, and the pattern has the group `a` \
              (did you mean `at_least`?)"]
        );
        let (_, told) = quantity(&format!("{mg}{}", rule("free", r"(?<half>half)")));
        assert!(told.len() == 1 && told[0].contains("expected one of `exact`"), "{told:?}");
        assert_eq!(quantity(&format!("{mg}{}", rule("free", "5"))).1, [""; 0]);
    }

    #[test]
    fn a_quantity_without_units_is_told_what_to_write() {
        for units in ["", "units = {}\n"] {
            let unit = format!("unit = \"mg\"\n{units}{}", rule("skip", r"\d"));
            let (_, told) = quantity(&unit);
            assert!(told.len() == 1 && told[0].contains("`units = { \"mg\" = 1 }`"), "{told:?}");
        }
    }

    #[test]
    fn figures_are_those_of_std_unless_the_quantity_says_otherwise() {
        let exact = rule("exact", r"(?<a>\d+) ?(?<ua>%{unit})");
        let figure = |text: &str| {
            let (schema, told) = quantity(text);
            let schema = schema.unwrap_or_else(|| panic!("{told:?}"));
            schema.quantities.iter().find(|known| known.name == "q").and_then(|q| q.figure.clone())
        };
        let mg =
            |more: &str| figure(&format!("unit = \"mg\"\nunits = {{ mg = 1 }}\n{more}{exact}"));
        let text = "recordmill = 1\nname = \"q\"\nuses = [\"std\"]\n[source]\nformat = \"csv\"\n[fields.q]\nkey = \"q\"\n\
                    type = \"quantity\"\nquantity = \"q\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"q\"]\n\
                    [quantities.q]\nunit = \"mg\"\nunits = { mg = 1 }\nfigure = '%{any_digit}|%{any_counted}%{unit}'\n";
        let source = SchemaSource { name: "q".to_owned(), text: format!("{text}{exact}") };
        let of_std = parse(&source).0.unwrap().quantities.iter().find(|q| q.name == "q").cloned();
        let of_std = of_std.and_then(|q| q.figure.clone()).unwrap();
        // Pieces that are put in have groups around them.
        let bare = |figure: Pattern| figure.text.replace("(?:", "").replace(')', "");
        let of_std = bare(of_std).replace(r"|(?-u:\b{start-half}[²³¹⁰⁴-⁹]", "");
        assert_eq!(bare(mg("").unwrap()), of_std);
        assert_eq!(mg("figure = '[0-9]'\n").unwrap().text, "[0-9]");
        assert!(mg("figure = ''\n").is_none());
        // A plain number has no unit that tells a numeral of Chinese from a word: `一般`.
        let plain = figure(&format!("unit = \"\"\n{}", rule("exact", r"(?<a>\d+)"))).unwrap();
        let plain = plain.compile();
        assert!(plain.is_match("page 5") && plain.is_match("三") && !plain.is_match("一般"));
    }

    #[test]
    fn an_example_without_a_unit_says_so() {
        let text = rule("exact", r"(?<a>\d+)(?<ua>%{unit})?");
        let (schema, told) = quantity(&format!("unit = \"mg\"\nunits = {{ mg = 1 }}\n{text}"));
        let proof = prove(&schema.unwrap_or_else(|| panic!("{told:?}")));
        let reason =
            "`5` is taken by no rule, not by `r`: the figure `5` has no unit and no `default-unit`";
        assert_eq!(proof.faults[0].message, reason);
        let (schema, _) = quantity(&format!("unit = \"\"\n{}", rule("exact", r"(?<a>\d+)")));
        assert!(prove(&schema.unwrap()).faults.is_empty());
    }
}
