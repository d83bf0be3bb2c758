//! The types of plain scalars: the core schema of YAML 1.2.
//!
//! `yes`, `on`, `1_000`, `12:30` and dates are strings, as they are for the readers of
//! CloudFormation templates. A number keeps its digits, so an account id keeps its zeros.

/// What a plain scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Bool(bool),
    Number,
    String,
}

/// The type of a plain scalar.
pub(super) fn resolve(plain: &str) -> Type {
    match plain.as_bytes().first() {
        None => return Type::Null,
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => {}
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
            return if is_number(plain) {
                Type::Number
            } else {
                Type::String
            };
        }
        Some(_) => return Type::String,
    }
    match plain {
        "~" | "null" | "Null" | "NULL" => Type::Null,
        "true" | "True" | "TRUE" => Type::Bool(true),
        "false" | "False" | "FALSE" => Type::Bool(false),
        _ => Type::String,
    }
}

fn is_number(plain: &str) -> bool {
    if let Some(digits) = plain.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = plain.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return true,
        ".nan" | ".NaN" | ".NAN" => return unsigned.len() == plain.len(),
        _ => {}
    }
    let (whole, rest) = digits(unsigned);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let (exponent, rest) = digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent));
    !exponent.is_empty() && rest.is_empty()
}

/// The digits at the start, and what is behind them.
fn digits(text: &str) -> (&str, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(length).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_types_of_the_core_schema() {
        let cases = [
            (Type::Null, "~ null Null NULL"),
            (Type::Bool(true), "true True TRUE"),
            (Type::Bool(false), "false False FALSE"),
            (
                Type::Number,
                "0 12 -1 +5 012345678901 0x1F 0o17 1.5 1. .5 1e3 -1.5E+3 .inf -.Inf .nan",
            ),
            (
                Type::String,
                "yes no on off y n tRUE nULL 2012-10-17 12:30 1_000 1.2.3 - + . .e 1e 0x 0o8 \
                 -.nan 10.0.0.0/8 nothing",
            ),
        ];
        for (expected, plain) in cases {
            for plain in plain.split_whitespace() {
                assert_eq!(resolve(plain), expected, "{plain}");
            }
        }
        assert_eq!(resolve(""), Type::Null);
    }
}
