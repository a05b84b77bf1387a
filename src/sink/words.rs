//! The distinct values of a column: what a dictionary of Parquet holds.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// How many places are looked at for a value. One that is not found there is added once more, which a
/// dictionary may hold: so values that were made to collide cost no more than others.
const LOOKS: usize = 32;

/// Distinct values, each in its plain encoding, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Words {
    bytes: Vec<u8>,
    /// Where each value ends.
    ends: Vec<usize>,
    /// By their hashes the numbers of values, from 1; 0 for none. Beside it stand other bits of the hash, so
    /// that a value is looked at where it is the one. Their count is a power of two, or zero.
    slots: Vec<(u32, u32)>,
    last: u32,
    /// By the number of a value the one that came behind it the last time.
    next: Vec<u32>,
}

impl Words {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them, one behind the other.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn word(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[number]]
    }

    /// Each of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|number| self.word(number))
    }

    /// The number of a value, which is added if it is new.
    #[inline]
    pub(super) fn add(&mut self, word: &[u8]) -> u32 {
        // Many values come one after another, and others take turns.
        let last = self.last as usize;
        if last < self.len() && same(self.word(last), word) {
            return self.last;
        }
        if let Some(next) = self.next.get(last)
            && same(self.word(*next as usize), word)
        {
            self.last = *next;
            return self.last;
        }
        self.last = self.look_up(word);
        if self.next.len() <= last {
            self.next.resize(last + 1, 0);
        }
        self.next[last] = self.last;
        self.last
    }

    fn look_up(&mut self, word: &[u8]) -> u32 {
        if self.slots.len() < 2 * (self.len() + 1) {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let (mut at, bits) = hash(word);
        at &= mask;
        for _ in 0..LOOKS {
            let (known, number) = self.slots[at];
            match number.checked_sub(1) {
                None => return self.push(word, at, bits),
                Some(number) if known == bits && same(self.word(number as usize), word) => {
                    return number;
                }
                Some(_) => at = (at + 1) & mask,
            }
        }
        self.push(word, at, bits)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a dictionary is far smaller")]
    fn push(&mut self, word: &[u8], at: usize, bits: u32) -> u32 {
        self.bytes.extend_from_slice(word);
        self.ends.push(self.bytes.len());
        let number = self.ends.len() as u32;
        self.slots[at] = (bits, number);
        number - 1
    }

    #[expect(clippy::cast_possible_truncation, reason = "a dictionary is far smaller")]
    fn grow(&mut self) {
        let room = (2 * self.slots.len()).max(64);
        self.slots.clear();
        self.slots.resize(room, (0, 0));
        for number in 0..self.len() {
            let (mut at, bits) = hash(self.word(number));
            at &= room - 1;
            for _ in 0..LOOKS {
                if self.slots[at].1 == 0 {
                    break;
                }
                at = (at + 1) & (room - 1);
            }
            self.slots[at] = (bits, number as u32 + 1);
        }
    }
}

/// Whether two values are the same. Most are short: then both ends are all that there is.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    const END: usize = 8;
    let ends = |word: &[u8]| Some((*word.first_chunk::<END>()?, *word.last_chunk::<END>()?));
    a.len() == b.len()
        && match (ends(a), ends(b)) {
            (Some(of_a), Some(of_b)) => of_a == of_b && (a.len() <= 2 * END || a == b),
            _ => a == b,
        }
}

/// Where to look for a value first, and bits that tell it from others there.
#[expect(clippy::cast_possible_truncation, reason = "a hash has bits enough")]
fn hash(word: &[u8]) -> (usize, u32) {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    let hash = hasher.finish();
    (hash as usize, (hash >> 32) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_number_and_keeps_it() {
        let mut words = Words::default();
        for round in 0..3 {
            for n in 0..5000_u32 {
                assert_eq!(words.add(&n.to_le_bytes()), n, "round {round}");
                assert_eq!(words.add(&n.to_le_bytes()), n);
            }
        }
        assert_eq!(words.len(), 5000);
        assert!(
            (0..5000_u32)
                .map(u32::to_le_bytes)
                .eq(words.iter().map(|word| <[u8; 4]>::try_from(word).unwrap()))
        );
        let mut words = Words::default();
        assert_eq!((words.add(b""), words.add(b"x"), words.add(b"")), (0, 1, 0));
    }

    #[test]
    fn values_are_the_same_if_all_of_their_bytes_are() {
        for length in 0..40 {
            let word: Vec<u8> = (0..length).collect();
            assert!(same(&word, &word.clone()) && !same(&word, &[&word[..], &[0]].concat()));
            for at in 0..word.len() {
                let mut other = word.clone();
                other[at] ^= 1;
                assert!(!same(&word, &other), "{length} {at}");
            }
        }
    }
}
