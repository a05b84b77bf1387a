//! Findings, schema faults and the verdict of a run as text.
//!
//! One renderer a file; all read the same model. Those that tell findings one by
//! one as they come ([`concise()`], [`jsonl()`]) are given a [`Located`]; those that
//! are written at the end of a run are given a [`View`], which holds no more
//! findings than were asked for, and exact counts of all.

mod concise;
mod dictionary;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod rules;
mod sanitize;
mod sarif;
mod snippet;

pub use concise::{concise, concise_cut};
pub use dictionary::{dictionary_html, dictionary_markdown};
pub use github::{ANNOTATIONS, github, github_summary};
pub use gitlab::gitlab;
#[cfg(feature = "tables")]
pub(crate) use html::page;
pub use html::{HTML_FINDINGS, html};
pub use human::{Notes, findings, summary};
pub use json::{JSON_VERSION, JsonReport, json_end, json_schema, json_start};
pub use jsonl::{
    CutLine, FINDING_VERSION, FindingLine, SchemaPlace, finding_schema, jsonl, jsonl_cut,
};
pub use junit::junit;
pub use markdown::{MARKDOWN_FINDINGS, markdown};
#[cfg(feature = "tables")]
pub(crate) use markdown::{cell, code, code_in_line, line};
pub use rules::{rule_page, rules_book};
pub use sanitize::sanitize;
pub use sarif::sarif;
pub use snippet::{Style, fault, finding};

use crate::diagnostic::{Located, Severity};
use crate::lang::percent;
use crate::report::Status;
use crate::report::{CheckReport, Outcome, RunReport};
use crate::schema::Schema;

pub(crate) use crate::text::cut;

/// How many findings a report tells one by one that others read and that have a
/// limit of their own: GitHub shows the first 5000 results of a SARIF file.
pub const MOST_RESULTS: usize = 5000;

/// A run as a report of its end sees it.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// What the run came to.
    pub outcome: &'v Outcome,
    /// The schema that it ran.
    pub schema: &'v Schema,
    /// The paths of the sources.
    pub names: &'v [&'v str],
}

/// The record that a finding belongs to, for a report. None where a value of a record is hidden: an id is a hash of all that
/// its record says, so that who has it can try what the value may be.
fn shown_record_id<'f>(located: &'f Located, schema: &Schema) -> Option<&'f str> {
    located.record_id.as_deref().filter(|_| !located.masked && !schema.hides_values())
}

impl<'v> View<'v> {
    fn report(&self) -> &'v RunReport {
        &self.outcome.report
    }

    /// The path of the source of a finding.
    fn file(&self, located: &Located) -> Option<&'v str> {
        located.source.map(|source| self.names[source.index()])
    }

    /// The worst findings that no baseline has accepted.
    fn new_findings(&self) -> impl Iterator<Item = &'v Located> {
        self.outcome.worst.iter().filter(|located| !located.baselined)
    }

    /// The checks that have not passed, the worst first.
    fn not_passed(&self) -> Vec<&'v CheckReport> {
        let mut checks: Vec<_> =
            self.report().checks.iter().filter(|check| check.status != Status::Pass).collect();
        checks.sort_by_key(|check| match check.status {
            Status::Fail => 0,
            Status::NotEvaluated if check.reason.is_some() => 1,
            Status::Warn => 2,
            Status::NotEvaluated => 3,
            Status::Pass => 4,
        });
        checks
    }

    /// The verdict and how many findings there are, in one line.
    fn headline(&self) -> String {
        let limit = match self.report().limit {
            // What stands behind them may be anything.
            Some(limit) => format!(", no more than {} read", plural(limit, "record")),
            None => String::new(),
        };
        format!("{}, {}{limit}", self.report().status, self.found())
    }

    /// How many findings there are, in how many records.
    fn found(&self) -> String {
        let report = self.report();
        let told = |severity: Severity| {
            let found = report.severities.get(severity.as_str()).copied().unwrap_or(0);
            plural(found, severity.as_str())
        };
        let told = [Severity::Error, Severity::Warning, Severity::Info].map(told).join(", ");
        let known = match &report.baseline {
            Some(baseline) => {
                format!(" ({} in the baseline, {} new)", baseline.known, baseline.new)
            }
            None => String::new(),
        };
        let records = plural(report.balance.records.r#in, "record");
        format!("{told}{known} in {records}")
    }
}

impl CheckReport {
    /// What the run says of it, in a word. An error that does not make the run fail is no warning.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.status, self.worst) {
            (Status::Warn, Some(Severity::Error)) => Severity::Error.as_str(),
            (status, _) => status.as_str(),
        }
    }

    /// What the check came to, in one line: how many failed of how many, the
    /// figure, what was expected, or why it was not evaluated.
    #[must_use]
    pub fn describe(&self) -> String {
        if let Some(reason) = &self.reason {
            return reason.clone();
        }
        if self.evaluated == 0 && self.failed == 0 {
            return format!("there was no {} to look at", singular(self.unit));
        }
        let mut words = match self.figure {
            Some(figure) => {
                let figure = (figure * 1e6).round() / 1e6;
                match self.evaluated {
                    0 | 1 => figure.to_string(),
                    evaluated => format!("{figure} over {evaluated} {}", self.unit),
                }
            }
            None if self.unit.starts_with("run") => plural(self.failed, "finding"),
            None => {
                #[expect(clippy::cast_precision_loss, reason = "a share for people")]
                let share = self.failed as f64 / self.evaluated.max(1) as f64;
                let share = match percent(share) {
                    _ if self.failed == 0 || self.evaluated == 0 => String::new(),
                    share if share < 0.001 => " (< 0.001 %)".to_owned(),
                    share => format!(" ({share} %)"),
                };
                format!("{} of {} {}{share}", self.failed, self.evaluated, self.unit)
            }
        };
        if self.known > 0 {
            words.push_str(&format!(", {} in the baseline", self.known));
        }
        let limits = [("error", &self.error), ("warning", &self.warning)];
        for (name, limit) in limits {
            if let Some(limit) = limit {
                words.push_str(&format!(", {name} unless {limit}"));
            }
        }
        words
    }
}

fn singular(unit: &str) -> &str {
    unit.strip_suffix('s').unwrap_or(unit)
}

/// A number and what it counts.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(count)) }
}

/// A number with a blank between groups of three digits.
pub(crate) fn thousands(number: u64) -> String {
    grouped(&number.to_string())
}

/// Digits with a blank between groups of three.
pub(crate) fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A number with no more digits than a person takes in: six, or four behind the point, and none
/// of them a zero at its end.
pub(crate) fn number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || !size.is_finite() {
        return if size == 0.0 { "0".to_owned() } else { number.to_string() };
    }
    let short = |text: &str| {
        let text = if text.contains('.') { text.trim_end_matches('0') } else { text };
        text.trim_end_matches('.').to_owned()
    };
    if !(1e-6..1e12).contains(&size) {
        let text = format!("{number:.3e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", short(digits));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a power between -6 and 12")]
    let power = size.log10().floor() as i32;
    let places = usize::try_from(if power < 0 { 3 - power } else { (5 - power).clamp(0, 4) });
    let text = short(&format!("{size:.*}", places.unwrap_or(0)));
    let (whole, behind) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}{behind}", grouped(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_more_digits_than_are_read() {
        for (of, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.000_035, "0.000035"),
            (1.0 / 3.0, "0.3333"),
            (0.95, "0.95"),
            (-3.25, "-3.25"),
            (12.0, "12"),
            (1234.567, "1 234.57"),
            (3650.0, "3 650"),
            (-1_234_567.8, "-1 234 568"),
            (1e300, "1e300"),
            (-1.5e-9, "-1.5e-9"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(of), shown);
        }
    }

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1 000", "1 234 567"]);
    }
}
