//! R140 `looks-like-entry`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R140",
    name: "looks-like-entry",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Keys,
    summary: "a line that joins the value above begins like an entry",
    what: "Finds a line that has no declared key, would join the value above, and begins with a \
          few words and the delimiter, or with a near form of it: without the blank behind it, \
          with one before it, in full width, or behind characters that are not seen; or with a declared key and a blank, \
          where the delimiter was lost, or a colon or an equals sign, which is none here; or with a declared key behind \
          the marks or the number of a list, the marks of quotes or of emphasis, or in brackets; or with a declared key, or nearly one, that has one \
          sign before it, quotes or brackets around it, or an index behind it, as `@key: ` and `key[0]: `; or with any \
          word in the quotes of JSON, as `\"key\": `. Where keys have \
          a pattern, the line has a known key in one of these forms, but for a blank alone behind it, or would match but for white space, characters that are \
          not seen or the width of a sign; and the same goes for the line that begins or ends a record, and for a blank line that ends one. \
          Or it begins with what is plainly a key, that the pattern does not match, and what stands behind keys: `E-Mail: ` \
          and `Price (EUR): ` for `^(?<key>\\w+): `. Such is one word, a word with a part in brackets, or words that all \
          begin with large letters where those of all declared keys do; no number, no abbreviation as `e.g.`, and no words \
          of a sentence. A line that begins or ends a record but for how many signs it has is told, as `----` is for \
          `---`, and so is the head of a record of another kind with the same signs, as `[Typedef]` is beside `[Term]`, and a head in \
          another form than its pattern takes, as `[web-2]` for `^\\[\\w+\\]$` and `第二条` for `^第\\d+条$`. So may a line that is set \
          in, unless the schema says by `indent` of its continuation lines that those go on. So is an entry with a known key that \
          stands in a line behind a character which ends lines for some programs alone: U+000B, U+000C, U+001C to U+001E, \
          U+0085, U+2028, U+2029. And so is the first line before \
          all records that would begin one but for white space, characters that are not seen, or the form of its delimiter. It is one finding for \
          each beginning and input, with the first place and how often it occurs.",
    why: "What such a line says is lost in the value above it: the key is one that the schema \
          does not know, or the delimiter is written in more ways than one.",
    remedy: "If it is an entry, add its key as a field or to `source.key.ignored`, or mend \
             `delimiter`. If it is text, allow the finding.",
    fails: Example {
        form: Form::Ordered,
        schema: "",
        dump: b"title: The Mill\nAuthor: Ann Roe\nnote: by the river\n",
        files: &[],
    },
    passes: Example {
        form: Form::Ordered,
        schema: "",
        dump: b"title: The Mill\nnote: by the river\n12:30 is when it stops\n",
        files: &[],
    },
};
