//! A set of characters as a bit each, small enough for the nearest cache.
//!
//! Texts are long and what is looked for in them is rare: a set of the characters
//! that matter tells for each of the others in an instruction or two that it does
//! not. Characters beyond the Basic Multilingual Plane are taken for members, and
//! left to a closer look.

/// How many characters the Basic Multilingual Plane has room for.
pub(crate) const PLANE: usize = 0x1_0000;

/// A set of characters.
#[derive(Clone, Debug)]
pub(crate) struct CharSet(Box<[u64; PLANE / 64]>);

impl CharSet {
    /// The characters whose places in a table of the plane hold something that
    /// matters.
    pub(crate) fn of<T: Copy>(table: &[T], matters: impl Fn(T) -> bool) -> Self {
        let mut bits = Box::new([0; PLANE / 64]);
        for (c, _) in table.iter().take(PLANE).enumerate().filter(|(_, entry)| matters(**entry)) {
            bits[c / 64] |= 1 << (c % 64);
        }
        Self(bits)
    }

    /// Where the first character from an offset on begins that may be a member.
    #[inline]
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let has = |block: u8, low: u8, bit: u8| {
            let bits = self.0[usize::from(block & 0xf) << 6 | usize::from(low & 0x3f)];
            bits >> (bit & 0x3f) & 1 != 0
        };
        let mut at = from;
        // The bits of a character are where the bits of its bytes lead: nothing is decoded.
        loop {
            for three in bytes[at..].chunks_exact(3) {
                if three[0] & 0xf0 != 0xe0 {
                    break;
                }
                if has(three[0], three[1], three[2]) {
                    return Some(at);
                }
                at += 3;
            }
            match *bytes.get(at..)? {
                [first @ 0xe0..=0xef, second, third, ..] => {
                    if has(first, second, third) {
                        return Some(at);
                    }
                    at += 3;
                }
                [only @ ..=0x7f, ..] => {
                    if has(0, only >> 6, only) {
                        return Some(at);
                    }
                    at += 1;
                }
                [first @ 0xc0..=0xdf, second, ..] => {
                    if has(0, first & 0x1f, second) {
                        return Some(at);
                    }
                    at += 2;
                }
                [] => return None,
                _ => return Some(at),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_what_lies_beyond_are_stopped_at() {
        let mut table = vec![0_u16; PLANE];
        table['甲' as usize] = 4;
        table['\u{ffff}' as usize] = 1;
        let set = CharSet::of(&table, |entry| entry & 5 != 0);
        let text = "\0乙é甲x\u{ffff}😀乙";
        let found = std::iter::successors(set.find(text, 0), |at| {
            set.find(text, at + text[*at..].chars().next().map_or(1, char::len_utf8))
        });
        assert_eq!(found.collect::<Vec<_>>(), [6, 10, 13]);
    }

    #[test]
    fn every_character_has_its_bit() {
        let mut table = vec![false; PLANE];
        let mut text = String::new();
        let mut expected = Vec::new();
        for c in (0..0x1_0000).filter_map(char::from_u32) {
            if u32::from(c) % 7 == 3 {
                table[c as usize] = true;
                expected.push(text.len());
            }
            text.push(c);
        }
        let set = CharSet::of(&table, |entry| entry);
        let next = |at: usize| at + text[at..].chars().next().map_or(1, char::len_utf8);
        let found = std::iter::successors(set.find(&text, 0), |at| set.find(&text, next(*at)));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
