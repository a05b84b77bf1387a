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

    /// Whether a character may be a member.
    #[inline]
    pub(crate) fn may_have(&self, c: char) -> bool {
        let point = u32::from(c) as usize;
        self.0.get(point / 64).is_none_or(|bits| bits >> (point % 64) & 1 != 0)
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
        assert!(set.may_have('甲') && set.may_have('\u{ffff}') && set.may_have('😀'));
        assert!(!set.may_have('乙') && !set.may_have('\0'));
    }
}
