//! Brackets: which close each other, and which differ in width alone.

/// Opening and closing brackets. Quotation marks that are also apostrophes are none.
pub(crate) const PAIRS: &[(char, char)] = &[
    ('(', ')'),
    ('（', '）'),
    ('[', ']'),
    ('［', '］'),
    ('{', '}'),
    ('｛', '｝'),
    ('【', '】'),
    ('〔', '〕'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
    ('『', '』'),
    ('“', '”'),
];

/// Brackets of both widths.
pub(crate) const WIDTHS: &[(char, char)] =
    &[('（', '('), ('）', ')'), ('［', '['), ('］', ']'), ('｛', '{'), ('｝', '}')];
