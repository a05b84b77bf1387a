//! The verdict as a `JUnit` report: a case per check, not per row.
//!
//! A check that fails is a failure with its first findings as text; one that was
//! not evaluated is an error; a warning passes and says so in its output. The form
//! is that of Jenkins' `junit-4.xsd`.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{View, concise, sanitize};
use crate::diagnostic::Severity;
use crate::report::CheckReport;
use crate::report::Status;

/// The report.
#[must_use]
pub fn junit(view: &View<'_>) -> String {
    let report = view.report();
    let mut suite = TestSuite::new(format!("recordmill {}", report.schema.name));
    suite.add_property(("status", report.status.as_str()));
    suite.add_property(("records", report.balance.records.r#in.to_string().as_str()));
    if let Some(limit) = report.limit {
        suite.add_property(("limit", limit.to_string().as_str()));
    }
    for check in &report.checks {
        let status = match check.status {
            Status::Pass | Status::Warn => TestCaseStatus::success(),
            Status::Fail => unsuccessful(NonSuccessKind::Failure, check, view),
            Status::NotEvaluated => unsuccessful(NonSuccessKind::Error, check, view),
        };
        let mut case = TestCase::new(check.name.as_str(), status);
        case.set_classname(format!("{}.{}", report.schema.name, check.code));
        if check.status == Status::Warn {
            let word = check.worst.unwrap_or(Severity::Warning);
            case.set_system_out(format!("{word}: {}\n{}", check.describe(), first(check, view)));
        }
        suite.add_test_case(case);
    }
    let mut junit = Report::new("recordmill");
    junit.add_test_suite(suite);
    // Writing to a string fails for no text. The schema of Jenkins allows the count
    // of skipped cases, of which there are none, in a suite and not in what holds suites.
    junit.to_string().unwrap_or_default().replacen(" skipped=\"0\"", "", 1)
}

fn unsuccessful(kind: NonSuccessKind, check: &CheckReport, view: &View<'_>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let message = check.describe();
    status.set_message(match check.status {
        Status::NotEvaluated => format!("not evaluated: {message}"),
        _ => message,
    });
    status.set_type(check.code);
    let first = first(check, view);
    if !first.is_empty() {
        status.set_description(first);
    }
    status
}

/// What was expected of a check, and its first findings, one a line.
fn first(check: &CheckReport, view: &View<'_>) -> String {
    let expected =
        check.expected.iter().map(|expected| format!("expected: {}", sanitize(expected)));
    let of_check = view.outcome.shown.iter().filter(|located| located.identity.rule == check.name);
    let lines = of_check.map(|located| concise(located, view.file(located)));
    expected.chain(lines).collect::<Vec<_>>().join("\n")
}
