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
        for (bits, entries) in bits.iter_mut().zip(table.chunks(64)) {
            let entries = entries.iter().enumerate();
            *bits = entries.fold(0, |bits, (n, entry)| bits | u64::from(matters(*entry)) << n);
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
        let bits = self.0[usize::from(block & 0xf) << 6 | usize::from(low & 0x3f)];
        bits >> (place & 0x3f)
    }

    /// Where the first character from an offset on begins that may be a member.
    #[inline]
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = from;
        // The bits of a character are where the bits of its bytes lead: nothing is decoded.
        loop {
            while let Some(only @ ..=0x7f) = bytes.get(at) {
                if self.bit(0, only >> 6, *only) & 1 != 0 {
                    return Some(at);
                }
                at += 1;
            }
            // Most of a Chinese text are characters of three bytes: four of them in one go.
            while let Some([a @ 0xe0..=0xef, b, c, d, e, f, g, h, i, j, k, l]) =
                bytes.get(at..).and_then(<[u8]>::first_chunk)
            {
                let others = [a ^ 0xe0, d ^ 0xe0, g ^ 0xe0, j ^ 0xe0];
                let members = [
                    self.bit(*a, *b, *c),
                    self.bit(*d, *e, *f),
                    self.bit(*g, *h, *i),
                    self.bit(*j, *k, *l),
                ];
                if others.iter().fold(0, |all, other| all | other) & 0xf0 == 0
                    && members.iter().fold(0, |all, member| all | member) & 1 == 0
                {
                    at += 12;
                    continue;
                }
                for (other, member) in others.iter().zip(members) {
                    if other & 0xf0 != 0 {
                        break;
                    }
                    if member & 1 != 0 {
                        return Some(at);
                    }
                    at += 3;
                }
                break;
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
