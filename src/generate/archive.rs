//! An archive of one file, as Lambda takes it: ZIP, without compression.
//!
//! The same file gives the same bytes: no time, no owner. Nothing here reads archives.

/// ZIP 2.0, on a system that knows permissions.
const MADE_BY: u16 = (3 << 8) | 20;
/// The version that it takes to read this.
const NEEDED: u16 = 20;
/// The first day that ZIP knows: 1980-01-01.
const DAY: u16 = (1 << 5) | 1;
/// A file that everyone may read: Lambda runs functions as another user.
const PERMISSIONS: u32 = 0o100_644 << 16;

/// The archive of a file. `name` is ASCII; `contents` has less than 4 GiB.
///
/// Source of the format: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
pub(super) fn archive(name: &str, contents: &[u8]) -> Vec<u8> {
    let length = contents.len() as u32;
    // Flags, method (stored), time, day, checksum and both lengths, length of the name, no extra.
    let mut facts = Vec::new();
    for short in [0, 0, 0, DAY] {
        facts.extend(u16::to_le_bytes(short));
    }
    for long in [checksum(contents), length, length] {
        facts.extend(u32::to_le_bytes(long));
    }
    for short in [name.len() as u16, 0] {
        facts.extend(u16::to_le_bytes(short));
    }
    let mut out = Vec::new();
    out.extend(b"PK\x03\x04");
    out.extend(NEEDED.to_le_bytes());
    out.extend(&facts);
    out.extend(name.as_bytes());
    out.extend(contents);
    let directory = out.len() as u32;
    out.extend(b"PK\x01\x02");
    out.extend(MADE_BY.to_le_bytes());
    out.extend(NEEDED.to_le_bytes());
    out.extend(&facts);
    // No comment, the first disk, no internal attributes, permissions, the file's place.
    out.extend([0; 6]);
    out.extend(PERMISSIONS.to_le_bytes());
    out.extend(0_u32.to_le_bytes());
    out.extend(name.as_bytes());
    let directory_length = out.len() as u32 - directory;
    out.extend(b"PK\x05\x06");
    // One disk, one entry on it and in all; length and place of the directory; no comment.
    for short in [0_u16, 0, 1, 1] {
        out.extend(short.to_le_bytes());
    }
    out.extend(directory_length.to_le_bytes());
    out.extend(directory.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

/// CRC-32 as in ZIP: the polynomial of Ethernet, reflected.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let low = 0_u32.wrapping_sub(sum & 1);
            sum = (sum >> 1) ^ (0xEDB8_8320 & low);
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn an_archive_has_its_parts_in_place() {
        let bytes = archive("a.py", b"x = 1\n");
        assert_eq!(bytes.len(), 30 + 4 + 6 + 46 + 4 + 22);
        assert_eq!(bytes.get(34..40), Some(&b"x = 1\n"[..]));
        assert_eq!(bytes.get(40..44), Some(&b"PK\x01\x02"[..]));
    }
}
