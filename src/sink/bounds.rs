//! The least and the largest value of a column, by which readers skip what cannot hold what they look for.

use polars_parquet_format::Type;

/// The longest text that stands as a bound, in bytes. A longer one is cut, so that it is still a bound.
pub(super) const LONGEST: usize = 64;

/// The least and the largest value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bounds {
    /// Whole numbers, days, times, decimals without their point, and booleans as 0 and 1.
    Whole(i128, i128),
    Float(f64, f64),
    /// The largest is none if no short text is at least as large.
    Text(Vec<u8>, Option<Vec<u8>>),
}

/// Some rows of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Extent {
    pub(super) rows: usize,
    /// How many of them have no value.
    pub(super) nulls: usize,
    /// Between what the values of the others lie, if that is known.
    pub(super) bounds: Option<Bounds>,
}

impl Extent {
    pub(super) fn has_values(&self) -> bool {
        self.nulls < self.rows
    }

    /// Adds other rows.
    pub(super) fn add(&mut self, other: &Self) {
        if !self.has_values() {
            self.bounds.clone_from(&other.bounds);
        } else if other.has_values() {
            let both = self.bounds.take().zip(other.bounds.clone());
            self.bounds = both.and_then(|(known, own)| known.merge(own));
        }
        self.rows += other.rows;
        self.nulls += other.nulls;
    }
}

impl Bounds {
    pub(super) fn of_whole<T: Copy + Ord + Into<i128>>(values: &[T]) -> Option<Self> {
        let (least, largest) = (values.iter().min()?, values.iter().max()?);
        Some(Self::Whole((*least).into(), (*largest).into()))
    }

    pub(super) fn of_booleans(values: &[bool]) -> Option<Self> {
        let (least, largest) = (values.iter().min()?, values.iter().max()?);
        Some(Self::Whole((*least).into(), (*largest).into()))
    }

    /// Those of numbers; none if one of them is no number.
    pub(super) fn of_floats(values: &[f64]) -> Option<Self> {
        let mut bounds = (*values.first()?, *values.first()?);
        for value in values {
            if value.is_nan() {
                return None;
            }
            bounds = (bounds.0.min(*value), bounds.1.max(*value));
        }
        Some(Self::Float(bounds.0, bounds.1))
    }

    /// Those of texts, each behind its length.
    pub(super) fn of_texts<'t>(words: impl Iterator<Item = &'t [u8]>) -> Option<Self> {
        let mut texts = words.map(|word| word.get(size_of::<u32>()..).unwrap_or_default());
        let first = texts.next()?;
        let (mut least, mut largest) = ((head(first), first), (head(first), first));
        for text in texts {
            // Most are told apart by their first bytes.
            let own = (head(text), text);
            if own.0 <= least.0 && own < least {
                least = own;
            } else if own.0 >= largest.0 && own > largest {
                largest = own;
            }
        }
        Some(Self::Text(cut(least.1).to_vec(), above(largest.1)))
    }

    /// The bounds of both.
    pub(super) fn merge(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Whole(a, b), Self::Whole(c, d)) => Self::Whole(a.min(c), b.max(d)),
            (Self::Float(a, b), Self::Float(c, d)) => Self::Float(a.min(c), b.max(d)),
            (Self::Text(a, b), Self::Text(c, d)) => {
                Self::Text(a.min(c), b.zip(d).map(|(b, d)| b.max(d)))
            }
            _ => return None,
        })
    }

    /// Whether neither of other bounds lies before its own.
    pub(super) fn is_followed_by(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a, b), Self::Whole(c, d)) => a <= c && b <= d,
            (Self::Float(a, b), Self::Float(c, d)) => a <= c && b <= d,
            (Self::Text(a, b), Self::Text(c, d)) => a <= c && b <= d,
            _ => false,
        }
    }

    /// Both as they stand in a file.
    pub(super) fn in_file(self, physical: (Type, usize)) -> (Vec<u8>, Option<Vec<u8>>) {
        match self {
            Self::Whole(least, largest) => {
                (encoded(least, physical), Some(encoded(largest, physical)))
            }
            // Of the two zeros the format wants the one that no other is beyond.
            Self::Float(least, largest) => {
                let least = if least == 0.0 { -0.0 } else { least };
                let largest = if largest == 0.0 { 0.0 } else { largest };
                (least.to_le_bytes().to_vec(), Some(largest.to_le_bytes().to_vec()))
            }
            Self::Text(least, largest) => (least, largest),
        }
    }
}

/// A whole number in the plain encoding of a physical type.
pub(super) fn encoded(number: i128, (physical, width): (Type, usize)) -> Vec<u8> {
    match physical {
        Type::FIXED_LEN_BYTE_ARRAY => {
            let bytes = number.to_be_bytes();
            bytes[bytes.len().saturating_sub(width)..].to_vec()
        }
        Type::BOOLEAN => number.to_le_bytes()[..1].to_vec(),
        Type::INT32 => number.to_le_bytes()[..4].to_vec(),
        _ => number.to_le_bytes()[..8].to_vec(),
    }
}

/// The first bytes of a text as a number: of two that differ the smaller one is of the smaller text.
#[inline]
fn head(text: &[u8]) -> u64 {
    let mut head = [0; 8];
    match text.first_chunk() {
        Some(first) => head = *first,
        None => head[..text.len()].copy_from_slice(text),
    }
    u64::from_be_bytes(head)
}

/// The beginning of a text that is short enough.
fn cut(text: &[u8]) -> &[u8] {
    if text.len() <= LONGEST {
        return text;
    }
    let whole = |at: &usize| text[*at] & 0xc0 != 0x80;
    &text[..(0..=LONGEST).rev().find(whole).unwrap_or_default()]
}

/// A short text that is at least as large as another.
fn above(text: &[u8]) -> Option<Vec<u8>> {
    let short = cut(text);
    if short.len() == text.len() {
        return Some(text.to_vec());
    }
    // The last character that has a next one of its length takes its place.
    let text = std::str::from_utf8(short).ok()?;
    text.char_indices().rev().find_map(|(at, c)| {
        let next =
            char::from_u32(u32::from(c) + 1).filter(|next| next.len_utf8() == c.len_utf8())?;
        let mut above = text.as_bytes()[..at].to_vec();
        above.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
        Some(above)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Option<Bounds> {
        let length = |text: &&str| u32::try_from(text.len()).unwrap().to_le_bytes();
        let words: Vec<_> =
            texts.iter().map(|text| [&length(text)[..], text.as_bytes()].concat()).collect();
        Bounds::of_texts(words.iter().map(Vec::as_slice))
    }

    #[test]
    fn a_long_text_lies_between_what_stands_for_it() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["b", "", "甲"]), Some(Bounds::Text(b"".to_vec(), Some("甲".into()))));
        for text in
            ["x".repeat(65), "甲".repeat(30), format!("{}\u{d7ff}x", "\u{10ffff}".repeat(15))]
        {
            let Some(Bounds::Text(least, Some(largest))) = of(&[&text]) else { panic!("{text}") };
            assert!(least.len() <= LONGEST && largest.len() <= LONGEST, "{text}");
            assert!(least.as_slice() <= text.as_bytes() && largest.as_slice() >= text.as_bytes());
            assert!(std::str::from_utf8(&least).is_ok() && std::str::from_utf8(&largest).is_ok());
        }
        let Some(Bounds::Text(_, largest)) = of(&[&"\u{10ffff}".repeat(20)]) else { panic!() };
        assert_eq!(largest, None);
    }

    #[test]
    fn texts_that_begin_alike_are_told_apart_by_what_follows() {
        for (texts, least, largest) in [
            (["b", "b\0", "ba"], "b", "ba"),
            (["12345678", "123456789", "1234567"], "1234567", "123456789"),
            (["123456789", "123456781", "12345678"], "12345678", "123456789"),
            (["甲乙丙", "甲乙", "甲乙丁"], "甲乙", "甲乙丙"),
        ] {
            assert_eq!(of(&texts), Some(Bounds::Text(least.into(), Some(largest.into()))));
        }
    }

    #[test]
    fn rows_without_values_say_nothing_of_the_bounds_of_others() {
        let extent = |rows, nulls, bounds| Extent { rows, nulls, bounds };
        let whole = |least, largest| Some(Bounds::Whole(least, largest));
        let (none, few) = (extent(3, 3, None), extent(2, 1, whole(4, 4)));
        for (parts, expected) in [
            ([&none, &none, &none], extent(9, 9, None)),
            ([&none, &few, &none], extent(8, 7, whole(4, 4))),
            ([&few, &extent(5, 0, whole(-1, 2)), &none], extent(10, 4, whole(-1, 4))),
            ([&few, &extent(1, 0, None), &few], extent(5, 2, None)),
        ] {
            let mut all = Extent::default();
            for part in parts {
                all.add(part);
            }
            assert_eq!(all, expected);
        }
    }

    #[test]
    fn what_is_no_number_has_no_bounds() {
        assert_eq!(Bounds::of_floats(&[1.0, f64::NAN]), None);
        assert_eq!(Bounds::of_floats(&[1.0, -2.5]), Some(Bounds::Float(-2.5, 1.0)));
    }
}
