//! Whole numbers as their differences, packed in as few bits as they need: `DELTA_BINARY_PACKED` of
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.

use polars_parquet::parquet::encoding::{uleb128, zigzag_leb128};

/// Texts of which many are equal to the one before, as how much of that each begins with, and what is
/// behind: `DELTA_BYTE_ARRAY` of the same page. Here that is all of it or nothing.
#[derive(Default)]
pub(super) struct Repeated {
    prefixes: Vec<i64>,
    suffixes: Vec<i64>,
    bytes: Vec<u8>,
}

impl Repeated {
    /// Takes all texts out, and keeps the room.
    pub(super) fn clear(&mut self) {
        self.prefixes.clear();
        self.suffixes.clear();
        self.bytes.clear();
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.prefixes.len()
    }

    /// Adds a text so many times, at least once.
    pub(super) fn push(&mut self, text: &[u8], times: usize) {
        let length = text.len().cast_signed() as i64;
        self.prefixes.push(0);
        self.suffixes.push(length);
        self.bytes.extend_from_slice(text);
        let end = self.len() + times - 1;
        self.prefixes.resize(end, length);
        self.suffixes.resize(end, 0);
    }

    /// Encodes them.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        // Differences that are whole bytes are longer, and compress to less.
        packed(&self.prefixes, u8::BITS, out);
        packed(&self.suffixes, u8::BITS, out);
        out.extend_from_slice(&self.bytes);
    }
}

/// How many differences a block has, and each of its parts, which are packed by themselves.
const BLOCK: usize = 128;
const PART: usize = 32;

/// Encodes numbers.
pub(super) fn encode(numbers: &[i64], out: &mut Vec<u8>) {
    packed(numbers, 0, out);
}

/// Encodes numbers, their differences in at least so many bits where they differ.
fn packed(numbers: &[i64], narrowest: u32, out: &mut Vec<u8>) {
    unsigned(BLOCK as u64, out);
    unsigned((BLOCK / PART) as u64, out);
    unsigned(numbers.len() as u64, out);
    let Some((first, numbers)) = numbers.split_first() else { return signed(0, out) };
    let mut last = *first;
    signed(last, out);
    let mut block = [0_i64; BLOCK];
    for numbers in numbers.chunks(BLOCK) {
        let deltas = &mut block[..numbers.len()];
        for (delta, number) in deltas.iter_mut().zip(numbers) {
            *delta = number.wrapping_sub(last);
            last = *number;
        }
        let floor = deltas.iter().copied().fold(i64::MAX, i64::min);
        signed(floor, out);
        let widths = out.len();
        out.resize(widths + BLOCK / PART, 0);
        for (part, deltas) in deltas.chunks(PART).enumerate() {
            let above = |delta: &i64| delta.wrapping_sub(floor).cast_unsigned();
            let bits = deltas.iter().map(above).fold(0, |bits, delta| bits | delta);
            let width =
                if bits == 0 { 0 } else { (u64::BITS - bits.leading_zeros()).max(narrowest) };
            #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
            {
                out[widths + part] = width as u8;
            }
            if width > 0 {
                pack(deltas.iter().map(above), width as usize, out);
            }
        }
    }
}

/// Numbers of so many bits one behind the other, the lowest bits first; a part that is not full
/// is filled up.
fn pack(numbers: impl Iterator<Item = u64>, width: usize, out: &mut Vec<u8>) {
    let end = out.len() + PART * width / 8;
    let (mut bits, mut held) = (0_u64, 0);
    for number in numbers {
        bits |= number << held;
        held += width;
        if held >= 64 {
            out.extend_from_slice(&bits.to_le_bytes());
            held -= 64;
            // What of it had no room.
            bits = if held > 0 { number >> (width - held) } else { 0 };
        }
    }
    out.extend_from_slice(&bits.to_le_bytes()[..held.div_ceil(8)]);
    out.resize(end, 0);
}

fn unsigned(number: u64, out: &mut Vec<u8>) {
    let mut bytes = [0; 10];
    let length = uleb128::encode(number, &mut bytes);
    out.extend_from_slice(&bytes[..length]);
}

fn signed(number: i64, out: &mut Vec<u8>) {
    let (bytes, length) = zigzag_leb128::encode(number);
    out.extend_from_slice(&bytes[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_format() {
        let mut out = Vec::new();
        encode(&[7, 5, 3, 1, 2, 3, 4, 5], &mut out);
        // The least difference is -2; the others above it are 0 0 0 3 3 3 3, in two bits each.
        let head = [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0];
        assert_eq!(out[..head.len()], head);
        assert_eq!(out[head.len()..], [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn numbers_of_every_width_lie_one_behind_the_other() {
        for width in 1..=64 {
            let numbers: Vec<_> = (0..PART as u64)
                .map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - width))
                .collect();
            let mut out = vec![7];
            pack(numbers.iter().copied(), width, &mut out);
            let bit = |at: usize| u64::from(out[1 + at / 8] >> (at % 8) & 1);
            let read = |n: usize| (0..width).map(|at| bit(n * width + at) << at).sum::<u64>();
            assert_eq!((0..PART).map(read).collect::<Vec<_>>(), numbers, "{width}");
            assert_eq!(out.len(), 1 + PART * width / 8);
        }
    }

    #[test]
    fn a_text_that_comes_again_has_no_bytes() {
        let (mut texts, mut out) = (Repeated::default(), Vec::new());
        texts.push(b"ab", 3);
        texts.push(b"c", 1);
        texts.encode(&mut out);
        let head = |first| [0x80, 1, 4, 4, first];
        assert_eq!((texts.len(), &out[..5], &out[out.len() - 3..]), (4, &head(0)[..], &b"abc"[..]));
        texts.clear();
        assert_eq!(texts.len(), 0);
    }
}
