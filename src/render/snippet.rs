//! One finding or fault for people: the place in the dump underlined, the value
//! on its way, and the line of the schema that asks for otherwise.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::sanitize::sanitize;
use crate::diagnostic::{Located, Severity, Steps};
use crate::lang::Fault;
use crate::schema::Schema;
use crate::text::cut;

/// How text is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether escape codes color it.
    pub color: bool,
    /// The width of the screen in columns.
    pub width: usize,
}

impl Style {
    fn renderer(self) -> Renderer {
        let renderer = if self.color { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(self.width.max(60))
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Info => Level::INFO,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    }
}

/// Shows a finding. `file` is the path of its source; with a schema, the line
/// of it that asks for otherwise is shown too.
#[must_use]
pub fn finding(
    located: &Located,
    file: Option<&str>,
    schema: Option<&Schema>,
    style: Style,
) -> String {
    let finding = &located.finding;
    let id = finding.code.title();
    let message = sanitize(&finding.message);
    let mut groups = vec![level(finding.severity).primary_title(message.as_ref()).id(&id)];
    let mut group = Group::with_title(groups.remove(0));
    if let Some(file) = file.map(sanitize) {
        let place = usize::try_from(located.line).unwrap_or(usize::MAX);
        let column = usize::try_from(located.column).unwrap_or(usize::MAX);
        let excerpt = located.excerpt.as_ref();
        // The renderer counts the column itself where the line is whole.
        if excerpt.is_none_or(|excerpt| excerpt.cut) {
            group = group
                .element(Origin::path(file.clone().into_owned()).line(place).char_column(column));
        }
        if let Some(excerpt) = excerpt {
            let span = excerpt.span.clone();
            let mut annotation = AnnotationKind::Primary.span(span);
            if let Some(field) = &finding.field {
                annotation = annotation.label(field.clone());
            }
            let mut snippet =
                Snippet::source(excerpt.text.as_str()).line_start(place).annotation(annotation);
            if !excerpt.cut {
                snippet = snippet.path(file.clone().into_owned());
            }
            group = group.element(snippet);
        }
    }
    let steps = finding.steps.as_deref().and_then(describe);
    if let Some(steps) = &steps {
        group = group.element(Level::NOTE.message(steps.as_str()));
    }
    let help = finding.help.as_deref().map(sanitize);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    let suggestion = finding.suggestion.as_deref().map(|text| match text {
        "" => "leave it out".to_owned(),
        text => format!("write `{}`", sanitize(text)),
    });
    if let Some(suggestion) = &suggestion {
        group = group.element(Level::HELP.message(suggestion.as_str()));
    }
    let mut report = vec![group];
    let schema_span =
        schema.zip(finding.schema_span.as_ref()).map(|(s, schema_span)| s.place(schema_span));
    if let Some((file, schema_span)) = schema_span {
        let (number, line, span) = first_line(&file.text, schema_span);
        report.push(
            Group::with_title(Level::NOTE.secondary_title("asked for by the schema")).element(
                Snippet::source(line)
                    .line_start(number)
                    .path(file.path.as_str())
                    .annotation(AnnotationKind::Context.span(span)),
            ),
        );
    }
    style.renderer().render(&report)
}

/// The value at each step, if it changes on its way.
fn describe(steps: &Steps) -> Option<String> {
    let Steps { raw, extracted, normalized } = steps;
    let (raw, extracted, normalized) = (short(raw), short(extracted), short(normalized));
    let changed = extracted != raw;
    match (changed, normalized != extracted) {
        (false, false) => None,
        (false, true) => Some(format!("`{raw}` became {normalized}")),
        (true, false) => Some(format!("`{raw}` was taken as {extracted}")),
        (true, true) => Some(format!("`{raw}` was taken as {extracted} and became {normalized}")),
    }
}

/// How many characters of a step a line has room for.
const ROOM: usize = 48;

fn short(text: &str) -> String {
    cut(&sanitize(text), ROOM).into_owned()
}

/// Shows a fault of a schema, in its own file, whose path and text are given, or in one that it uses.
#[must_use]
pub fn fault(fault: &Fault, path: &str, text: &str, style: Style) -> String {
    let (path, text) = fault.file(path, text);
    let message = sanitize(&fault.message);
    let id = fault.code.title();
    let (number, line, span) = first_line(text, fault.span.clone());
    let mut group = level(fault.code.severity).primary_title(message.as_ref()).id(id).element(
        Snippet::source(line)
            .line_start(number)
            .path(path)
            .annotation(AnnotationKind::Primary.span(span)),
    );
    let help = fault.help.as_deref().map(sanitize);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    style.renderer().render(&[group])
}

/// The first line of a span: its number, its text, and the part of the span on it. A table may run
/// over many. Only the line goes to the renderer, which looks through all of the text that it is given
/// for each fault.
pub(super) fn first_line(
    text: &str,
    span: std::ops::Range<usize>,
) -> (usize, &str, std::ops::Range<usize>) {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.floor_char_boundary(span.end.min(text.len())).max(start);
    let end = text[start..end].find('\n').map_or(end, |feed| start + feed);
    let begin = text[..start].rfind('\n').map_or(0, |feed| feed + 1);
    let close = text[end..].find('\n').map_or(text.len(), |feed| end + feed);
    let number = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..begin]).count();
    (number, &text[begin..close], start - begin..end - begin)
}
