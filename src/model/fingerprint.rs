//! The id of a certificate in AWS IoT: its SHA-256 fingerprint.

use hmac_sha256::Hash;

/// The SHA-256 of bytes, in hexadecimal: of a certificate's DER its fingerprint.
pub fn fingerprint(bytes: &[u8]) -> String {
    let sum = Hash::hash(bytes);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
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
