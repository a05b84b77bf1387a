//! A set of characters as a bit each, small enough for the nearest cache.
//!
//! Texts are long and what is looked for in them is rare: a set of the characters
//! that matter tells for each of the others in an instruction or two that it does
//! not. Characters beyond the Basic Multilingual Plane are taken for members, and
//! left to a closer look.

/// How many characters the Basic Multilingual Plane has room for.
pub(crate) const PLANE: usize = 0x1_0000;

/// A set of characters: of each 64 of them a word, by the six bits in the middle of their number and the four above.
#[derive(Clone, Debug)]
pub(crate) struct CharSet(Box<[u64; PLANE / 64]>);

impl CharSet {
    /// The characters whose places in a table of the plane hold something that
    /// matters.
    pub(crate) fn of<T: Copy>(table: &[T], matters: impl Fn(T) -> bool) -> Self {
        let mut bits = Box::new([0; PLANE / 64]);
        for (n, entries) in table.chunks(64).enumerate().take(PLANE / 64) {
            let entries = entries.iter().enumerate();
            bits[(n & 0x3f) << 4 | n >> 6] =
                entries.fold(0, |bits, (n, entry)| bits | u64::from(matters(*entry)) << n);
        }
        Self(bits)
    }

    /// The members of both.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.0.iter_mut().zip(other.0.iter()).for_each(|(bits, more)| *bits |= more);
        both
    }

    /// The bit of a character, by what its bytes say of the block of 4096, of that of 64 and of
    /// the place there; the lowest of what comes out.
    #[inline]
    fn bit(&self, block: u8, low: u8, place: u8) -> u64 {
        let bits = self.0[usize::from(low & 0x3f) << 4 | usize::from(block & 0xf)];
        bits >> (place & 0x3f)
    }

    /// The bits of the two characters of three bytes that a word begins with, the lowest first.
    #[inline]
    fn bits(&self, word: u64) -> u64 {
        // Where the bits of both stand, 24 bits apart as the characters are.
        let both = word & 0x0000_0000_0f00_000f | word >> 4 & 0x0000_0003_f000_03f0;
        let bits = |place: u64| self.0[(place & 0x3ff) as usize];
        bits(both) >> (word >> 16 & 0x3f) | bits(both >> 24) >> (word >> 40 & 0x3f)
    }

    /// Where the first character from an offset on begins that may be a member.
    #[inline]
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<usize> {
        self.find_wanted(text, from, |_, _| true)
    }

    /// The same, but for members of one byte that are not `wanted`, of which it is given the byte
    /// and the one behind it, or 0 at the end.
    #[inline]
    pub(crate) fn find_wanted(
        &self,
        text: &str,
        from: usize,
        wanted: impl Fn(u8, u8) -> bool,
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = from;
        // The bits of a character are where the bits of its bytes lead: nothing is decoded.
        loop {
            while let Some(only @ ..=0x7f) = bytes.get(at) {
                if self.bit(0, only >> 6, *only) & 1 != 0
                    && wanted(*only, bytes.get(at + 1).copied().unwrap_or(0))
                {
                    return Some(at);
                }
                at += 1;
            }
            // Most of a Chinese text are characters of three bytes: four of them in one go.
            while let Some(four) = bytes.get(at..).and_then(<[u8]>::first_chunk::<12>)
                && let (Some(one), Some(other)) = (four.first_chunk(), four.last_chunk())
            {
                let (one, other) = (u64::from_le_bytes(*one), u64::from_le_bytes(*other) >> 16);
                let leads = (one ^ 0xe000_00e0) | (other ^ 0xe000_00e0);
                if leads & 0xf000_00f0 != 0 || (self.bits(one) | self.bits(other)) & 1 != 0 {
                    break;
                }
                at += 12;
            }
            while let Some([first @ 0xe0..=0xef, second, third]) =
                bytes.get(at..).and_then(<[u8]>::first_chunk)
            {
                if self.bit(*first, *second, *third) & 1 != 0 {
                    return Some(at);
                }
                at += 3;
            }
            match *bytes.get(at..)? {
                [(..=0x7f), ..] | [(0xe0..=0xef), _, _, ..] => {}
                [first @ 0xc0..=0xdf, second, ..] => {
                    if self.bit(0, first & 0x1f, second) & 1 != 0 {
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

    /// Every place in a text where a member begins.
    fn all(set: &CharSet, text: &str) -> Vec<usize> {
        let next = |at: usize| at + text[at..].chars().next().map_or(1, char::len_utf8);
        std::iter::successors(set.find(text, 0), |at| set.find(text, next(*at))).collect()
    }

    #[test]
    fn members_and_what_lies_beyond_are_stopped_at() {
        let mut table = vec![0_u16; PLANE];
        table['甲' as usize] = 4;
        table['\u{ffff}' as usize] = 1;
        let set = CharSet::of(&table, |entry| entry & 5 != 0);
        let text = "\0乙é甲x\u{ffff}😀乙";
        assert_eq!(all(&set, text), [6, 10, 13]);
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
        assert_eq!(all(&set, &text), expected);
    }

    #[test]
    fn a_member_is_found_wherever_it_stands_among_others() {
        let mut table = vec![false; PLANE];
        table['甲' as usize] = true;
        table['é' as usize] = true;
        let set = CharSet::of(&table, |entry| entry);
        for before in ["", "x", "ö", "xy", "乙x"] {
            for (count, member) in (0..14).flat_map(|n| [(n, "甲"), (n, "é"), (n, "😀")]) {
                let head = format!("{before}{}", "乙".repeat(count));
                for tail in ["", "乙", "乙乙乙乙乙", "x"] {
                    let text = format!("{head}{member}{tail}");
                    assert_eq!(set.find(&text, 0), Some(head.len()), "{text}");
                }
                assert_eq!(set.find(&head, 0), None);
            }
        }
    }
}
