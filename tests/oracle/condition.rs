//! The operators of conditions.

use std::net::IpAddr;

use super::pattern::{Match, Pattern, arn_matches, matches, to_text};

/// How one value of the policy is compared with one value of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    Number(Order),
    Date(Order),
    Bool,
    IpAddress,
    Arn,
}

/// What a number or date of the request must be, seen from that of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Which way to decide what the semantics page leaves open (section 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lean {
    /// As the page estimates.
    Documented,
    /// For an Allow of the cautious reading.
    Widen,
    /// For a Deny of the cautious reading.
    Narrow,
}

/// Section 8: does the operator hold, for the values of the policy and those of the request?
///
/// What an unknown operator asks is unknown too.
pub(crate) fn holds(operator: &str, wanted: &[Pattern], given: &[String], lean: Lean) -> bool {
    if operator == "Null" {
        let is_absent = given.is_empty().to_string();
        return wanted
            .iter()
            .any(|value| to_text(value).eq_ignore_ascii_case(&is_absent));
    }
    let (set, name) = match operator.split_once(':') {
        Some((set @ ("ForAllValues" | "ForAnyValue"), name)) => (Some(set), name),
        Some(_) => return lean == Lean::Widen,
        None => (None, operator),
    };
    let (name, if_exists) = match name.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let Some((comparison, negated)) = comparison(name) else {
        return lean == Lean::Widen;
    };
    if given.is_empty() {
        return match set {
            _ if if_exists => true,
            Some("ForAllValues") => true,
            Some(_) => false,
            None => negated,
        };
    }
    let how = how(operator, lean);
    let passes = |value: &String| {
        let is_listed = wanted
            .iter()
            .any(|entry| compare(comparison, entry, value, how));
        is_listed != negated
    };
    match set {
        Some("ForAllValues") => given.iter().all(passes),
        Some(_) => given.iter().any(passes),
        // Outside the set operators a key has one value; of several, all must pass a negation.
        None if negated => given.iter().all(passes),
        None => given.iter().any(passes),
    }
}

/// How the values under an operator are matched: under a negated one the other way round.
pub(crate) fn how(operator: &str, lean: Lean) -> Match {
    let name = operator
        .split_once(':')
        .map_or(operator, |(_set, name)| name);
    let name = name.strip_suffix("IfExists").unwrap_or(name);
    let negated = comparison(name).is_some_and(|(_, negated)| negated);
    match (lean, negated) {
        (Lean::Widen, false) | (Lean::Narrow, true) => Match::Wide,
        (Lean::Documented, _) | (Lean::Widen, true) | (Lean::Narrow, false) => Match::Narrow,
    }
}

/// The comparison that an operator's name stands for, and whether it is negated.
fn comparison(name: &str) -> Option<(Comparison, bool)> {
    Some(match name {
        "StringEquals" | "BinaryEquals" => (Comparison::StringEquals, false),
        "StringNotEquals" => (Comparison::StringEquals, true),
        "StringEqualsIgnoreCase" => (Comparison::StringEqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Comparison::StringEqualsIgnoreCase, true),
        "StringLike" => (Comparison::StringLike, false),
        "StringNotLike" => (Comparison::StringLike, true),
        "NumericEquals" => (Comparison::Number(Order::Equal), false),
        "NumericNotEquals" => (Comparison::Number(Order::Equal), true),
        "NumericLessThan" => (Comparison::Number(Order::Less), false),
        "NumericLessThanEquals" => (Comparison::Number(Order::LessOrEqual), false),
        "NumericGreaterThan" => (Comparison::Number(Order::Greater), false),
        "NumericGreaterThanEquals" => (Comparison::Number(Order::GreaterOrEqual), false),
        "DateEquals" => (Comparison::Date(Order::Equal), false),
        "DateNotEquals" => (Comparison::Date(Order::Equal), true),
        "DateLessThan" => (Comparison::Date(Order::Less), false),
        "DateLessThanEquals" => (Comparison::Date(Order::LessOrEqual), false),
        "DateGreaterThan" => (Comparison::Date(Order::Greater), false),
        "DateGreaterThanEquals" => (Comparison::Date(Order::GreaterOrEqual), false),
        "Bool" => (Comparison::Bool, false),
        "IpAddress" => (Comparison::IpAddress, false),
        "NotIpAddress" => (Comparison::IpAddress, true),
        "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
        _ => return None,
    })
}

fn compare(comparison: Comparison, wanted: &Pattern, given: &str, how: Match) -> bool {
    let text = to_text(wanted);
    match comparison {
        Comparison::StringEquals => text == given,
        Comparison::StringEqualsIgnoreCase => text.to_lowercase() == given.to_lowercase(),
        Comparison::StringLike => matches(wanted, given, how),
        Comparison::Number(order) => is_ordered(number(given), order, number(&text)),
        Comparison::Date(order) => is_ordered(date(given), order, date(&text)),
        Comparison::Bool => text.eq_ignore_ascii_case(given),
        Comparison::IpAddress => is_in_network(given, &text),
        Comparison::Arn => arn_matches(wanted, given, how),
    }
}

/// Two values in order; what is not a number or date matches nothing.
fn is_ordered(given: Option<f64>, order: Order, wanted: Option<f64>) -> bool {
    let (Some(given), Some(wanted)) = (given, wanted) else {
        return false;
    };
    match order {
        Order::Equal => given == wanted,
        Order::Less => given < wanted,
        Order::LessOrEqual => given <= wanted,
        Order::Greater => given > wanted,
        Order::GreaterOrEqual => given >= wanted,
    }
}

/// A decimal number, e.g. `-1.5`; no words such as `inf`.
fn number(text: &str) -> Option<f64> {
    let is_decimal = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    text.parse().ok().filter(|_| is_decimal)
}

/// Seconds since 1970, of `1735689600`, `2025-01-01`, `2025-01-01T00:00Z` or
/// `2025-01-01T00:00:00.5+01:00`.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of our era are exact in an f64"
)]
fn date(text: &str) -> Option<f64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds as f64);
    }
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, time),
        None => (text, "00:00Z"),
    };
    let [year, month, day] = numbers(day, '-', [4, 2, 2])?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (time, east) = match time.strip_suffix('Z') {
        Some(time) => (time, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let [hours, minutes] = numbers(&time[at + 1..], ':', [2, 2])?;
            let sign = if time[at..].starts_with('+') { 1 } else { -1 };
            (&time[..at], sign * (hours * 60 + minutes) * 60)
        }
    };
    let (time, fraction) = match time.split_once('.') {
        Some((time, digits)) if !digits.is_empty() => (time, number(&format!("0.{digits}"))?),
        Some(_) => return None,
        None => (time, 0.0),
    };
    let [hour, minute, second] = match numbers(time, ':', [2, 2]) {
        Some([hour, minute]) => [hour, minute, 0],
        None => numbers(time, ':', [2, 2, 2])?,
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - east;
    Some(seconds as f64 + fraction)
}

/// Numbers of these many digits with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let parts: Vec<&str> = text.split(separator).collect();
    let parts: [&str; N] = parts.try_into().ok()?;
    let is_number = |(part, digits): (&&str, usize)| {
        part.len() == digits && part.chars().all(|c| c.is_ascii_digit())
    };
    let are_numbers = parts.iter().zip(digits).all(is_number);
    are_numbers.then(|| parts.map(|part| part.parse().unwrap()))
}

/// Days from 1970-01-01, counted the slow way.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let is_leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let of_year = |y: i64| if is_leap(y) { 366 } else { 365 };
    let years: i64 = if year >= 1970 {
        (1970..year).map(of_year).sum()
    } else {
        -(year..1970).map(of_year).sum::<i64>()
    };
    let of_month = |m: i64| match m {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    years + (1..month).map(of_month).sum::<i64>() + day - 1
}

/// An address in `203.0.113.0/24`, or equal to `203.0.113.7`; versions 4 and 6.
fn is_in_network(address: &str, network: &str) -> bool {
    let (base, length) = match network.split_once('/') {
        Some((base, length)) => (base, Some(length)),
        None => (network, None),
    };
    let (Ok(address), Ok(base)) = (address.parse::<IpAddr>(), base.parse::<IpAddr>()) else {
        return false;
    };
    let (address, base) = match (address, base) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (bits(&a.octets()), bits(&b.octets())),
        (IpAddr::V6(a), IpAddr::V6(b)) => (bits(&a.octets()), bits(&b.octets())),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let length = match length {
        Some(length) => length
            .parse::<usize>()
            .ok()
            .filter(|length| *length <= base.len()),
        None => Some(base.len()),
    };
    length.is_some_and(|length| address[..length] == base[..length])
}

fn bits(octets: &[u8]) -> Vec<bool> {
    let of_octet = |octet: &u8| {
        let octet = *octet;
        (0..8).map(move |bit| octet & (0x80 >> bit) != 0)
    };
    octets.iter().flat_map(of_octet).collect()
}
