//! The id of a certificate in AWS IoT: its SHA-256 fingerprint, as FIPS 180-4 defines it.
//!
//! A crate for it would bring seven more; this is held against the vectors of the standard and, on
//! certificates, against OpenSSL.

/// What the state begins with.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
/// One constant for each round.
const ROUNDS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];
/// Bytes of a block.
const BLOCK: usize = 64;
/// Bytes at its end that say how long the whole is.
const LENGTH: usize = 8;

/// The fingerprint of a certificate's DER, in hexadecimal.
pub fn fingerprint(der: &[u8]) -> String {
    let bits = (der.len() as u64) << 3;
    let mut bytes = der.to_vec();
    bytes.push(0x80);
    while bytes.len() % BLOCK != BLOCK - LENGTH {
        bytes.push(0);
    }
    bytes.extend(bits.to_be_bytes());
    let state = bytes.chunks(BLOCK).fold(START, compressed);
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// The state after one more block.
fn compressed(before: [u32; 8], block: &[u8]) -> [u32; 8] {
    let words = block.chunks(4);
    let mut words: std::collections::VecDeque<u32> = words
        .map(|it| {
            it.iter()
                .fold(0, |word, byte| (word << 8) | u32::from(*byte))
        })
        .collect();
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = before;
    for constant in ROUNDS {
        // INVARIANT: sixteen words, of which each round takes the first and adds one.
        let at = |place: usize| words.get(place).copied().unwrap_or_default();
        let word = at(0);
        let (first, last) = (at(1), at(14));
        let early = first.rotate_right(7) ^ first.rotate_right(18) ^ (first >> 3);
        let late = last.rotate_right(17) ^ last.rotate_right(19) ^ (last >> 10);
        let next = word
            .wrapping_add(early)
            .wrapping_add(at(9))
            .wrapping_add(late);
        words.pop_front();
        words.push_back(next);
        let choice = (e & f) ^ (!e & g);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let one = h
            .wrapping_add(mixed)
            .wrapping_add(choice)
            .wrapping_add(constant)
            .wrapping_add(word);
        let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let two = mixed.wrapping_add(majority);
        (h, g, f, e) = (g, f, e, d.wrapping_add(one));
        (d, c, b, a) = (c, b, a, one.wrapping_add(two));
    }
    let after = [a, b, c, d, e, f, g, h];
    let mut sums = before
        .into_iter()
        .zip(after)
        .map(|(old, new)| old.wrapping_add(new));
    std::array::from_fn(|_| sums.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn the_vectors_of_the_standard() {
        for (text, expected) in [
            (
                "",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(fingerprint(text.as_bytes()), expected);
        }
        let million = vec![b'a'; 1_000_000];
        assert_eq!(
            fingerprint(&million),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
    }
}
