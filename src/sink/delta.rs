//! Whole numbers as their differences, packed in as few bits as they need: `DELTA_BINARY_PACKED` of
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.

use polars_parquet::parquet::encoding::{uleb128, zigzag_leb128};

/// How many differences a block has, and each of its parts, which are packed by themselves.
const BLOCK: usize = 128;
const PART: usize = 32;

/// Encodes numbers.
pub(super) fn encode(numbers: impl ExactSizeIterator<Item = i64>, out: &mut Vec<u8>) {
    let mut numbers = numbers;
    unsigned(BLOCK as u64, out);
    unsigned((BLOCK / PART) as u64, out);
    unsigned(numbers.len() as u64, out);
    let mut last = numbers.next().unwrap_or_default();
    signed(last, out);
    let mut block = [0_i64; BLOCK];
    loop {
        let mut length = 0;
        for (slot, number) in block.iter_mut().zip(numbers.by_ref().take(BLOCK)) {
            *slot = number.wrapping_sub(last);
            last = number;
            length += 1;
        }
        let deltas = &block[..length];
        let Some(floor) = deltas.iter().copied().min() else { return };
        signed(floor, out);
        let widths = out.len();
        out.resize(widths + BLOCK / PART, 0);
        for (part, deltas) in deltas.chunks(PART).enumerate() {
            let above = |delta: &i64| delta.wrapping_sub(floor).cast_unsigned();
            let largest = deltas.iter().map(above).max().unwrap_or_default();
            let width = u64::BITS - largest.leading_zeros();
            #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
            {
                out[widths + part] = width as u8;
            }
            pack(deltas.iter().map(above), width as usize, out);
        }
    }
}

/// Numbers of so many bits one behind the other, the lowest bits first; a part that is not full
/// is filled up.
fn pack(numbers: impl Iterator<Item = u64>, width: usize, out: &mut Vec<u8>) {
    let end = out.len() + PART * width / 8;
    let (mut bits, mut held) = (0_u128, 0);
    for number in numbers {
        bits |= u128::from(number) << held;
        held += width;
        while held >= 8 {
            out.push((bits & 0xff) as u8);
            bits >>= 8;
            held -= 8;
        }
    }
    if held > 0 {
        out.push((bits & 0xff) as u8);
    }
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
        encode([7, 5, 3, 1, 2, 3, 4, 5].into_iter(), &mut out);
        // The least difference is -2; the others above it are 0 0 0 3 3 3 3, in two bits each.
        let head = [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0];
        assert_eq!(out[..head.len()], head);
        assert_eq!(out[head.len()..], [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]);
    }
}
